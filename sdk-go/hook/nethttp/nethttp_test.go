package nethttp

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/goctx"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook/hooktest"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/clientspan"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/serverspan"
)

// swappable lets each test have a recorder of its own behind one provider, as
// instruments are made once.
var (
	recorder = &swappable{}
	reader   = sdkmetric.NewManualReader()
)

type swappable struct {
	p atomic.Pointer[tracetest.SpanRecorder]
}

func (s *swappable) OnStart(ctx context.Context, x sdktrace.ReadWriteSpan) {
	s.p.Load().OnStart(ctx, x)
}

// OnEnd leaves out what a handler of an earlier test ends late.
func (s *swappable) OnEnd(x sdktrace.ReadOnlySpan) {
	r := s.p.Load()
	if slices.ContainsFunc(r.Started(), func(y sdktrace.ReadWriteSpan) bool { return y.SpanContext().Equal(x.SpanContext()) }) {
		r.OnEnd(x)
	}
}
func (s *swappable) Shutdown(context.Context) error   { return nil }
func (s *swappable) ForceFlush(context.Context) error { return nil }

func TestMain(m *testing.M) {
	recorder.p.Store(tracetest.NewSpanRecorder())
	otel.SetTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(recorder)))
	otel.SetMeterProvider(sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader)))
	otel.SetTextMapPropagator(propagation.TraceContext{})
	os.Exit(m.Run())
}

func record() *tracetest.SpanRecorder {
	r := tracetest.NewSpanRecorder()
	recorder.p.Store(r)
	return r
}

func spans(t *testing.T, r *tracetest.SpanRecorder, n int) []sdktrace.ReadOnlySpan {
	t.Helper()
	require.Eventually(t, func() bool { return len(r.Ended()) >= n }, 5*time.Second, time.Millisecond)
	require.Len(t, r.Ended(), n)
	return r.Ended()
}

func attr(s sdktrace.ReadOnlySpan, key string) string {
	for _, kv := range s.Attributes() {
		if string(kv.Key) == key {
			return kv.Value.Emit()
		}
	}
	return ""
}

var listeners atomic.Uint32

// listen is a server to start whose address no other has: measurements are kept
// by address, and the system gives a port again.
func listen(t *testing.T, h http.Handler) *httptest.Server {
	n := listeners.Add(1)
	l, err := net.Listen("tcp", fmt.Sprintf("127.0.%d.%d:0", 1+n/200%200, 1+n%200))
	require.NoError(t, err)
	s := &httptest.Server{Listener: l, Config: &http.Server{Handler: h}}
	t.Cleanup(s.Close)
	return s
}

// server serves h as an instrumented net/http would.
func server(t *testing.T, h http.Handler) *httptest.Server {
	s := listen(t, h)
	c := hooktest.New("net/http", "(*Server).Serve", []any{s.Config, s.Listener}, []any{nil})
	BeforeServe(c)
	BeforeServe(c)
	_, twice := s.Config.Handler.(*handler).next.(*handler)
	assert.False(t, twice)
	s.Start()
	return s
}

// mux is a ServeMux whose ServeHTTP is hooked.
type mux struct{ *http.ServeMux }

func (m mux) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c := hooktest.New("net/http", "(*ServeMux).ServeHTTP", []any{m.ServeMux, w, r}, nil)
	c.Call(nil, AfterServeMux, func() { m.ServeMux.ServeHTTP(w, r) })
}

// client sends with the transport that an instrumented client would use.
func client(base http.RoundTripper) *http.Client {
	c := hooktest.New("net/http", "(*Client).transport", []any{nil}, []any{base})
	AfterTransport(c)
	return &http.Client{Transport: c.Results[0].(http.RoundTripper)}
}

func get(t *testing.T, url string) *http.Response {
	t.Helper()
	// A plain transport: these requests come from outside.
	resp, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Get(url)
	require.NoError(t, err)
	_, _ = io.Copy(io.Discard, resp.Body)
	resp.Body.Close()
	return resp
}

func TestServerRoute(t *testing.T) {
	m := http.NewServeMux()
	m.HandleFunc("GET /users/{id}", func(w http.ResponseWriter, r *http.Request) { assert.Equal(t, "7", r.PathValue("id")) })
	r := record()
	s := server(t, mux{m})
	get(t, s.URL+"/users/7?secret=1")
	got := spans(t, r, 1)[0]
	assert.Equal(t, "GET /users/{id}", got.Name())
	assert.Equal(t, trace.SpanKindServer, got.SpanKind())
	assert.Equal(t, "/users/{id}", attr(got, "http.route"))
	assert.Equal(t, "GET", attr(got, "http.request.method"))
	assert.Equal(t, "200", attr(got, "http.response.status_code"))
	assert.Equal(t, "/users/7", attr(got, "url.path"))
	assert.Empty(t, attr(got, "http.method"), "no old conventions")
}

func TestServerRouteBehindMiddleware(t *testing.T) {
	m := http.NewServeMux()
	m.HandleFunc("/users/{id}", func(http.ResponseWriter, *http.Request) {})
	r := record()
	type k struct{}
	outer := http.NewServeMux()
	outer.Handle("/api/", http.StripPrefix("/api", mux{m}))
	s := server(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mux{outer}.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), k{}, 1)))
	}))
	get(t, s.URL+"/api/users/7")
	got := spans(t, r, 1)[0]
	assert.Equal(t, "GET /api/users/{id}", got.Name())
	assert.Equal(t, "/api/users/{id}", attr(got, "http.route"))
}

func TestServerWithoutRoute(t *testing.T) {
	r := record()
	s := server(t, http.NotFoundHandler())
	get(t, s.URL+"/7")
	got := spans(t, r, 1)[0]
	assert.Equal(t, "GET", got.Name())
	assert.Equal(t, codes.Unset, got.Status().Code)
	assert.Equal(t, "404", attr(got, "http.response.status_code"))
}

func TestServerErrorsAndPanics(t *testing.T) {
	r := record()
	s := server(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/panic" {
			panic(http.ErrAbortHandler)
		}
		w.WriteHeader(503)
	}))
	get(t, s.URL+"/")
	assert.Equal(t, codes.Error, spans(t, r, 1)[0].Status().Code)
	_, err := http.Get(s.URL + "/panic")
	assert.Error(t, err)
	spans(t, r, 2)
}

func TestDefaultServeMux(t *testing.T) {
	defer func(m *http.ServeMux) { http.DefaultServeMux = m }(http.DefaultServeMux)
	http.DefaultServeMux = http.NewServeMux()
	http.HandleFunc("/default", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(204) })
	s := server(t, nil)
	assert.Equal(t, 204, get(t, s.URL+"/default").StatusCode)
}

// A second instrumentation must neither make a second span nor count twice.
func TestMetricsOfAClaimedRequest(t *testing.T) {
	r := record()
	s := server(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/claimed" {
			serverspan.FromContext(r.Context()).Claimed.Store(true)
		}
	}))
	get(t, s.URL+"/claimed")
	get(t, s.URL+"/free")
	spans(t, r, 2)
	var got []string
	require.Eventually(t, func() bool {
		got = measurements(t, reader, s)
		return len(got) == 3
	}, 5*time.Second, 5*time.Millisecond)
	assert.True(t, slices.ContainsFunc(got, func(m string) bool { return strings.HasPrefix(m, "http.server.request.duration") }))
	for _, m := range got {
		assert.Contains(t, m, "] 1 ", "counted once")
	}
}

func TestMetricsHaveTheRoute(t *testing.T) {
	r := record()
	s := server(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		serverspan.FromContext(r.Context()).SetRoute("GET", "/from/:gin")
	}))
	get(t, s.URL)
	spans(t, r, 1)
	require.Eventually(t, func() bool {
		var rm metricdata.ResourceMetrics
		require.NoError(t, reader.Collect(context.Background(), &rm))
		for _, sm := range rm.ScopeMetrics {
			for _, m := range sm.Metrics {
				if h, ok := m.Data.(metricdata.Histogram[float64]); ok {
					for _, p := range h.DataPoints {
						if v, _ := p.Attributes.Value("http.route"); v.AsString() == "/from/:gin" {
							return true
						}
					}
				}
			}
		}
		return false
	}, 5*time.Second, 5*time.Millisecond)
}

func TestResponseWriterKeepsItsInterfaces(t *testing.T) {
	record()
	s := server(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, flusher := w.(http.Flusher)
		_, hijacker := w.(http.Hijacker)
		_, from := w.(io.ReaderFrom)
		assert.True(t, flusher && hijacker && from)
		assert.NoError(t, http.NewResponseController(w).SetWriteDeadline(time.Now().Add(time.Minute)))
		conn, _, err := w.(http.Hijacker).Hijack()
		if assert.NoError(t, err) {
			_, _ = io.WriteString(conn, "HTTP/1.0 299 X\r\n\r\n")
			conn.Close()
		}
	}))
	assert.Equal(t, 299, get(t, s.URL).StatusCode)
}

func TestUploadedFilesAreRemoved(t *testing.T) {
	record()
	var name string
	s := server(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		require.NoError(t, r.ParseMultipartForm(1))
		f, err := r.MultipartForm.File["f"][0].Open()
		require.NoError(t, err)
		if file, ok := f.(*os.File); ok {
			name = file.Name()
		}
		f.Close()
	}))
	var body bytes.Buffer
	mw := multipart.NewWriter(&body)
	fw, _ := mw.CreateFormFile("f", "f")
	_, _ = fw.Write(bytes.Repeat([]byte("x"), 11<<20))
	mw.Close()
	resp, err := http.Post(s.URL, mw.FormDataContentType(), &body)
	require.NoError(t, err)
	resp.Body.Close()
	require.NotEmpty(t, name)
	assert.Eventually(t, func() bool { _, err := os.Stat(name); return errors.Is(err, os.ErrNotExist) }, 5*time.Second, 5*time.Millisecond)
}

func TestClient(t *testing.T) {
	var parent string
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { parent = r.Header.Get("traceparent") }))
	defer s.Close()
	r := record()
	resp, err := client(http.DefaultTransport).Get(s.URL + "/x")
	require.NoError(t, err)
	resp.Body.Close()
	got := spans(t, r, 1)[0]
	assert.Equal(t, "GET", got.Name())
	assert.Equal(t, trace.SpanKindClient, got.SpanKind())
	assert.Contains(t, parent, got.SpanContext().SpanID().String())
	assert.Equal(t, s.URL+"/x", attr(got, "url.full"))
	assert.Equal(t, "127.0.0.1", attr(got, "server.address"))
	assert.Equal(t, "200", attr(got, "http.response.status_code"))
}

// What an API's own client says of a request is on its span; the span of one
// whose answer goes on ends with the headers.
func TestClientOfAnAPI(t *testing.T) {
	release := make(chan struct{})
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = http.NewResponseController(w).Flush()
		<-release
	}))
	defer s.Close()
	defer close(release)
	r := record()
	ctx := clientspan.NewContext(context.Background(), &clientspan.Request{Template: "/x/{name}", Opens: true,
		Attrs: []attribute.KeyValue{attribute.String("k", "v")}})
	req, _ := http.NewRequestWithContext(ctx, "GET", s.URL+"/x/1", nil)
	resp, err := client(http.DefaultTransport).Do(req)
	require.NoError(t, err)
	defer resp.Body.Close()
	got := spans(t, r, 1)[0]
	assert.Equal(t, "GET /x/{name}", got.Name())
	assert.Equal(t, "/x/{name}", attr(got, "url.template"))
	assert.Equal(t, "v", attr(got, "k"))
	assert.Equal(t, "200", attr(got, "http.response.status_code"))
}

func TestClientFailure(t *testing.T) {
	r := record()
	_, err := client(http.DefaultTransport).Get("http://127.0.0.1:1")
	require.Error(t, err)
	assert.Equal(t, codes.Error, spans(t, r, 1)[0].Status().Code)
}

func TestClientTimeout(t *testing.T) {
	release := make(chan struct{})
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
	defer s.Close()
	defer close(release)
	record()
	c := client(http.DefaultTransport)
	c.Timeout = 50 * time.Millisecond
	_, err := c.Get(s.URL)
	var timeout interface{ Timeout() bool }
	require.ErrorAs(t, err, &timeout)
	assert.True(t, timeout.Timeout())
}

// wrapper is a program's own RoundTripper around another.
type wrapper struct{ next http.RoundTripper }

func (w *wrapper) RoundTrip(r *http.Request) (*http.Response, error) { return w.next.RoundTrip(r) }

func TestNothingTwice(t *testing.T) {
	s := httptest.NewServer(http.NotFoundHandler())
	defer s.Close()
	for name, base := range map[string]http.RoundTripper{
		"otelhttp":              otelhttp.NewTransport(http.DefaultTransport),
		"otelhttp in a wrapper": &wrapper{&wrapper{otelhttp.NewTransport(http.DefaultTransport)}},
		"ours":                  &transport{http.DefaultTransport},
		"a plain wrapper":       &wrapper{http.DefaultTransport},
		"an empty wrapper":      &wrapper{},
	} {
		t.Run(name, func(t *testing.T) {
			r := record()
			if name == "an empty wrapper" {
				assert.NotNil(t, wrap(base))
				return
			}
			resp, err := client(base).Get(s.URL)
			require.NoError(t, err)
			resp.Body.Close()
			spans(t, r, 1)
		})
	}
}

type closer struct {
	http.RoundTripper
	closed bool
}

func (c *closer) CloseIdleConnections() { c.closed = true }

func TestCloseIdleConnections(t *testing.T) {
	base := &closer{}
	client(base).CloseIdleConnections()
	assert.True(t, base.closed)
	client(&wrapper{}).CloseIdleConnections() // has none, and none is called
}

func TestExportersAreNoTelemetry(t *testing.T) {
	s := httptest.NewServer(http.NotFoundHandler())
	defer s.Close()
	r := record()
	ctx, done := goctx.Suppress(context.Background())
	defer done()
	req, _ := http.NewRequestWithContext(ctx, "GET", s.URL, nil)
	resp, err := client(http.DefaultTransport).Do(req)
	require.NoError(t, err)
	resp.Body.Close()
	assert.Empty(t, r.Ended())
}

func TestReverseProxy(t *testing.T) {
	var parent string
	back := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { parent = r.Header.Get("traceparent") }))
	defer back.Close()
	u, _ := url.Parse(back.URL)
	proxy := httputil.NewSingleHostReverseProxy(u)
	r := record()
	front := server(t, http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		c := hooktest.New("net/http/httputil", "(*ReverseProxy).ServeHTTP", []any{proxy, w, req}, nil)
		c.Call(BeforeReverseProxy, nil, func() { c.Params[0].(*httputil.ReverseProxy).ServeHTTP(w, req) })
	}))
	get(t, front.URL)
	got := spans(t, r, 2)
	assert.Nil(t, proxy.Transport, "the program's value is left alone")
	assert.Equal(t, trace.SpanKindClient, got[0].SpanKind())
	assert.Contains(t, parent, got[0].SpanContext().SpanID().String())
	assert.Equal(t, got[1].SpanContext().SpanID(), got[0].Parent().SpanID())
}

func TestSwitchedOff(t *testing.T) {
	r := record()
	s := server(t, http.NotFoundHandler())
	hook.SetEnabled("nethttp", false)
	defer hook.SetEnabled("nethttp", true)
	get(t, s.URL)
	resp, err := client(http.DefaultTransport).Get(s.URL)
	require.NoError(t, err)
	resp.Body.Close()
	assert.Empty(t, r.Ended())
}

// The spans are those of the official package used by hand, but for their
// names, which otelhttp leaves to its users.
func TestEqualsOtelhttpByHand(t *testing.T) {
	attrs := func(s sdktrace.ReadOnlySpan, of *httptest.Server) map[attribute.Key]string {
		m := map[attribute.Key]string{}
		for _, kv := range s.Attributes() {
			m[kv.Key] = kv.Value.Emit()
		}
		if m["server.address"] == of.Listener.Addr().(*net.TCPAddr).IP.String() {
			m["server.address"] = "the server's"
		}
		for _, k := range []attribute.Key{"network.peer.port", "server.port", "client.port", "url.full"} {
			if _, ok := m[k]; ok {
				m[k] = "*"
			}
		}
		return m
	}
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		_, _ = io.WriteString(w, "hello")
	})
	post := func(c *http.Client, url string) {
		resp, err := c.Post(url+"/p", "text/plain", strings.NewReader("body"))
		require.NoError(t, err)
		_, _ = io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
	}
	r := record()
	hand := httptest.NewServer(otelhttp.NewHandler(h, "op"))
	defer hand.Close()
	post(&http.Client{Transport: otelhttp.NewTransport(http.DefaultTransport)}, hand.URL)
	want := spans(t, r, 2)
	r = record()
	s := server(t, h)
	post(client(http.DefaultTransport), s.URL)
	got := spans(t, r, 2)
	byKind := func(ss []sdktrace.ReadOnlySpan, of *httptest.Server) map[trace.SpanKind]map[attribute.Key]string {
		return map[trace.SpanKind]map[attribute.Key]string{ss[0].SpanKind(): attrs(ss[0], of), ss[1].SpanKind(): attrs(ss[1], of)}
	}
	assert.Equal(t, byKind(want, hand), byKind(got, s))
}
