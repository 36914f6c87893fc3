package fasthttp

import (
	"context"
	"fmt"
	"net"
	"reflect"
	"strconv"
	"sync"
	"time"

	"github.com/valyala/fasthttp"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/goctx"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/httpspan"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/registry"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/serverspan"
)

var (
	serverOn = registry.Switch("fasthttp_server", library)

	serverDuration = httpspan.Duration(scope, "http.server.request.duration", "Duration of HTTP server requests.")
	requestSize    = httpspan.Size(scope, "http.server.request.body.size", "Size of HTTP server request bodies.")
	responseSize   = httpspan.Size(scope, "http.server.response.body.size", "Size of HTTP server response bodies.")
)

// serveMu orders the calls that bring connections to one server. A request reads
// the handler only after the call that brought it in.
var serveMu sync.Mutex

// BeforeServe wraps the handler of a server that begins to serve.
func BeforeServe(c hook.Context) {
	s, _ := c.GetParam(0).(*fasthttp.Server)
	if s == nil || s.Handler == nil {
		return
	}
	serveMu.Lock()
	defer serveMu.Unlock()
	if !isWrapped(s.Handler) {
		s.Handler = wrap(s.Handler)
	}
}

// isWrapped tells whether h comes from wrap: all closures made there are the
// same code.
func isWrapped(h fasthttp.RequestHandler) bool {
	return reflect.ValueOf(h).Pointer() == wrappedCode
}

var wrappedCode = reflect.ValueOf(wrap(nil)).Pointer()

// Inlined, the closure would be other code at each place.
//
//go:noinline
func wrap(next fasthttp.RequestHandler) fasthttp.RequestHandler {
	return func(ctx *fasthttp.RequestCtx) {
		switch {
		case !serverOn.Load():
			next(ctx)
		case serverspan.Excluded(string(ctx.Path())):
			goCtx, span := serverspan.Unsampled(context.Background())
			ctx.SetUserValue(serverspan.FastHTTPKey, goCtx)
			goctx.Push(goCtx, span)
			defer goctx.Ended(span)
			next(ctx)
		default:
			serve(ctx, next)
		}
	}
}

func serve(ctx *fasthttp.RequestCtx, next fasthttp.RequestHandler) {
	begin := time.Now()
	method := string(ctx.Method())
	attrs := requestAttributes(ctx, method)
	parent := otel.GetTextMapPropagator().Extract(context.Background(), carrier{&ctx.Request.Header})
	goCtx, span := tracer.Start(parent, serverspan.Name(method, ""),
		trace.WithSpanKind(trace.SpanKindServer), trace.WithAttributes(attrs...))
	state := &serverspan.State{}
	state.SetSpan(span)
	goCtx = serverspan.NewContext(goCtx, state, nil)
	ctx.SetUserValue(serverspan.FastHTTPKey, goCtx)
	received := ctx.Request.Header.ContentLength()
	defer func() {
		v := recover()
		end(goCtx, ctx, state, method, begin, received, v)
		if v != nil {
			panic(v)
		}
	}()
	next(ctx)
}

func end(goCtx context.Context, ctx *fasthttp.RequestCtx, state *serverspan.State, method string, begin time.Time,
	received int, panicked any) {
	span := state.Span()
	status := ctx.Response.StatusCode()
	if panicked != nil {
		status = fasthttp.StatusInternalServerError
		span.RecordError(fmt.Errorf("panic: %v", panicked), trace.WithStackTrace(true))
	} else if late := ctx.LastTimeoutErrorResponse(); late != nil {
		status = late.StatusCode()
	}
	span.SetAttributes(attribute.Int("http.response.status_code", status))
	if status >= 500 {
		span.SetAttributes(attribute.String("error.type", strconv.Itoa(status)))
		span.SetStatus(codes.Error, "")
	}
	sent := -1
	if !ctx.Response.IsBodyStream() {
		sent = len(ctx.Response.Body())
		span.SetAttributes(attribute.Int("http.response.body.size", sent))
	}
	if received >= 0 {
		span.SetAttributes(attribute.Int("http.request.body.size", received))
	}
	span.End()
	if state.Claimed.Load() {
		return // an instrumentation of the program's own records the same
	}
	attrs := append(metricAttributes(ctx, method), attribute.Int("http.response.status_code", status))
	if route := state.Route(); route != "" {
		attrs = append(attrs, attribute.String("http.route", route))
	}
	if status >= 500 {
		attrs = append(attrs, attribute.String("error.type", strconv.Itoa(status)))
	}
	with := metric.WithAttributeSet(attribute.NewSet(attrs...))
	serverDuration.Record(goCtx, time.Since(begin).Seconds(), with)
	if received >= 0 {
		requestSize.Record(goCtx, int64(received), with)
	}
	if sent >= 0 {
		responseSize.Record(goCtx, int64(sent), with)
	}
}

func scheme(tls bool) string {
	if tls {
		return "https"
	}
	return "http"
}

func requestAttributes(ctx *fasthttp.RequestCtx, method string) []attribute.KeyValue {
	attrs := httpspan.AppendMethod(metricAttributes(ctx, method)[1:], method)
	attrs = append(attrs, attribute.String("url.path", string(ctx.Path())))
	if a, ok := ctx.RemoteAddr().(*net.TCPAddr); ok {
		attrs = append(attrs, attribute.String("network.peer.address", a.IP.String()),
			attribute.Int("network.peer.port", a.Port), attribute.String("client.address", a.IP.String()))
	}
	if ua := ctx.UserAgent(); len(ua) > 0 {
		attrs = append(attrs, attribute.String("user_agent.original", string(ua)))
	}
	return attrs
}

// metricAttributes are those of few values, known before the answer.
func metricAttributes(ctx *fasthttp.RequestCtx, method string) []attribute.KeyValue {
	s := scheme(ctx.IsTLS())
	attrs := []attribute.KeyValue{
		attribute.String("http.request.method", httpspan.Method(method)),
		attribute.String("url.scheme", s),
		attribute.String("network.protocol.version", protocolVersion(ctx.Request.Header.IsHTTP11())),
	}
	host, port := httpspan.HostPort(string(ctx.Host()), s)
	if host != "" {
		attrs = append(attrs, attribute.String("server.address", host))
	}
	if port > 0 {
		attrs = append(attrs, attribute.Int("server.port", port))
	}
	return attrs
}
