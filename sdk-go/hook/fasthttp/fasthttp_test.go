package fasthttp

import (
	"context"
	"net"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/valyala/fasthttp"
	"github.com/valyala/fasthttp/fasthttputil"
	"go.opentelemetry.io/otel/codes"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook/hooktest"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/serverspan"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/spantest"
)

var recorder *tracetest.SpanRecorder

func TestMain(m *testing.M) {
	recorder = spantest.Install()
	os.Exit(m.Run())
}

// startServer begins to serve as the instrumented server does, and returns a client.
func startServer(t *testing.T, handler fasthttp.RequestHandler) *fasthttp.HostClient {
	l := fasthttputil.NewInmemoryListener()
	s := &fasthttp.Server{Handler: handler}
	for range 2 { // Serve on a second listener wraps nothing twice
		hooktest.New("github.com/valyala/fasthttp", "(*Server).Serve", []any{s, net.Listener(l)}, nil).
			Call(BeforeServe, nil, nil)
	}
	go s.Serve(l)
	t.Cleanup(func() { l.Close() })
	return &fasthttp.HostClient{Addr: "shop.example:8080", Dial: func(string) (net.Conn, error) { return l.Dial() }}
}

// do calls as the instrumented client does, and returns the spans that ended.
func do(t *testing.T, client *fasthttp.HostClient, method, url string) (*fasthttp.Response, []sdktrace.ReadOnlySpan) {
	before := len(recorder.Ended())
	req, resp := &fasthttp.Request{}, &fasthttp.Response{}
	req.Header.SetMethod(method)
	req.SetRequestURI(url)
	c := hooktest.New("github.com/valyala/fasthttp", "(*HostClient).Do", []any{client, req, resp}, []any{nil})
	c.Call(BeforeDo, AfterDo, func() {
		if err := client.Do(req, resp); err != nil {
			c.Results[0] = err
		}
	})
	return resp, recorder.Ended()[before:]
}

func TestServerAndClient(t *testing.T) {
	client := startServer(t, func(ctx *fasthttp.RequestCtx) {
		goCtx, _ := ctx.UserValue(serverspan.FastHTTPKey).(context.Context)
		assert.True(t, trace.SpanContextFromContext(goCtx).IsValid())
		if string(ctx.Path()) == "/bad" {
			ctx.SetStatusCode(503)
		}
		ctx.WriteString("hello")
	})
	resp, spans := do(t, client, "GET", "http://me:secret@shop.example:8080/ok?x=1")
	assert.Equal(t, "hello", string(resp.Body()))
	require.Len(t, spans, 2)
	server, caller := spans[0], spans[1]
	assert.Equal(t, caller.SpanContext().SpanID(), server.Parent().SpanID(), "the caller's trace goes on")
	assert.Equal(t, trace.SpanKindServer, server.SpanKind())
	assert.Equal(t, trace.SpanKindClient, caller.SpanKind())
	for k, v := range map[string]string{"http.request.method": "GET", "url.path": "/ok", "url.scheme": "http",
		"server.address": "shop.example", "server.port": "8080", "http.response.status_code": "200",
		"http.response.body.size": "5", "network.protocol.version": "1.1"} {
		assert.Equal(t, v, spantest.Attr(server, k), k)
	}
	assert.NotContains(t, spantest.Attr(caller, "url.full"), "secret")

	_, spans = do(t, client, "BREW", "http://shop.example:8080/bad")
	require.Len(t, spans, 2)
	for _, s := range spans {
		assert.Equal(t, "HTTP", s.Name())
		assert.Equal(t, "_OTHER", spantest.Attr(s, "http.request.method"))
		assert.Equal(t, "BREW", spantest.Attr(s, "http.request.method_original"))
		assert.Equal(t, "503", spantest.Attr(s, "error.type"))
		assert.Equal(t, codes.Error, s.Status().Code)
	}
}

func TestFailedCall(t *testing.T) {
	client := &fasthttp.HostClient{Addr: "x:1", Dial: func(string) (net.Conn, error) { return nil, fasthttp.ErrDialTimeout }}
	_, spans := do(t, client, "GET", "http://x:1/")
	require.Len(t, spans, 1)
	assert.Equal(t, codes.Error, spans[0].Status().Code)
	assert.NotEmpty(t, spantest.Attr(spans[0], "error.type"))
}

func TestPanicGoesOn(t *testing.T) {
	before := len(recorder.Ended())
	var ctx fasthttp.RequestCtx
	ctx.Init(&fasthttp.Request{}, nil, nil)
	assert.PanicsWithValue(t, "boom", func() { wrap(func(*fasthttp.RequestCtx) { panic("boom") })(&ctx) })
	ended := recorder.Ended()[before:]
	require.Len(t, ended, 1)
	assert.Equal(t, "500", spantest.Attr(ended[0], "http.response.status_code"))
}
