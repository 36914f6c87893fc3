// Package gin names server spans by gin's routes, and makes the server span
// where nothing around gin does.
//
// It needs no middleware in the engine: one would show in gin's own debug
// output and in HandlerNames, and would not see what is routed before it. For
// the same reason otelgin is not used; where the program uses it, its span is
// the server span that exists already, see package otelsdk.
package gin

import (
	"fmt"
	"net"
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/goctx"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/serverspan"
)

const scope = "github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook/gin"

var tracer = otel.Tracer(scope)

// request is one whose server span is made here.
type request struct {
	serverspan.State
	orig, given *http.Request
	status      int
}

// BeforeServeHTTP starts a server span for a request that has none: an engine
// behind another server than net/http's, or called by a test.
func BeforeServeHTTP(c hook.Context) {
	r, _ := c.GetParam(2).(*http.Request)
	if r == nil || serverspan.FromContext(r.Context()) != nil || insideServerSpan(r) {
		return
	}
	ctx := otel.GetTextMapPropagator().Extract(r.Context(), propagation.HeaderCarrier(r.Header))
	ctx, span := tracer.Start(ctx, serverspan.Name(r.Method, ""),
		trace.WithSpanKind(trace.SpanKindServer), trace.WithAttributes(requestAttributes(r)...))
	req := &request{orig: r}
	req.SetSpan(span)
	ctx = serverspan.NewContext(ctx, &req.State, req)
	req.given = r.WithContext(ctx)
	c.SetParam(2, req.given)
	c.SetData(req)
	// No hook runs on the tracer inside a hook.
	goctx.Push(ctx, span)
}

// insideServerSpan tells whether the program has made a server span itself.
func insideServerSpan(r *http.Request) bool {
	s := trace.SpanFromContext(r.Context())
	k, ok := s.(interface{ SpanKind() trace.SpanKind })
	return ok && s.IsRecording() && k.SpanKind() == trace.SpanKindServer
}

// AfterServeHTTP ends what BeforeServeHTTP began.
func AfterServeHTTP(c hook.Context) {
	req, _ := c.GetData().(*request)
	if req == nil {
		return
	}
	span := req.Span()
	if req.orig.MultipartForm == nil {
		req.orig.MultipartForm = req.given.MultipartForm
	}
	status := req.status
	if c.Panicking() {
		status = http.StatusInternalServerError
		span.RecordError(fmt.Errorf("panic: %v", c.PanicValue()), trace.WithStackTrace(true))
	}
	if status != 0 {
		span.SetAttributes(attribute.Int("http.response.status_code", status))
	}
	if status >= 500 {
		span.SetAttributes(attribute.String("error.type", strconv.Itoa(status)))
		span.SetStatus(codes.Error, "")
	}
	span.End()
	goctx.Ended(span)
}

// BeforeNext sees the route as soon as gin has found it, before the first
// handler runs.
func BeforeNext(c hook.Context) {
	g, _ := c.GetParam(0).(*gin.Context)
	if g == nil || g.Request == nil {
		return
	}
	s := serverspan.FromContext(g.Request.Context())
	if s == nil || !s.Enter() {
		return
	}
	c.SetData(s)
	if route := g.FullPath(); route != "" {
		s.SetRoute(g.Request.Method, route)
	}
}

// AfterNext runs for the outermost Next, after the last handler.
func AfterNext(c hook.Context) {
	s, _ := c.GetData().(*serverspan.State)
	if s == nil {
		return
	}
	s.Leave()
	g, _ := c.GetParam(0).(*gin.Context)
	if g == nil || g.Request == nil {
		return
	}
	if len(g.Errors) > 0 {
		if span := s.Span(); span != nil {
			span.SetAttributes(attribute.String("gin.errors", g.Errors.String()))
		}
	}
	if req, ok := serverspan.Owner(g.Request.Context()).(*request); ok {
		req.status = g.Writer.Status()
	}
}

func requestAttributes(r *http.Request) []attribute.KeyValue {
	method, original := r.Method, ""
	if method == "" {
		method = http.MethodGet
	} else if name := serverspan.Name(method, ""); name != method {
		method, original = "_OTHER", method
	}
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	attrs := []attribute.KeyValue{
		attribute.String("http.request.method", method),
		attribute.String("url.scheme", scheme),
		attribute.String("url.path", r.URL.Path),
	}
	if original != "" {
		attrs = append(attrs, attribute.String("http.request.method_original", original))
	}
	host, port := hostPort(r.Host)
	if host != "" {
		attrs = append(attrs, attribute.String("server.address", host))
	}
	if port > 0 {
		attrs = append(attrs, attribute.Int("server.port", port))
	}
	if peer, peerPort := hostPort(r.RemoteAddr); peer != "" {
		attrs = append(attrs, attribute.String("network.peer.address", peer))
		if peerPort > 0 {
			attrs = append(attrs, attribute.Int("network.peer.port", peerPort))
		}
	}
	if ua := r.UserAgent(); ua != "" {
		attrs = append(attrs, attribute.String("user_agent.original", ua))
	}
	if r.ProtoMajor > 0 {
		version := strconv.Itoa(r.ProtoMajor)
		if r.ProtoMajor == 1 {
			version += "." + strconv.Itoa(r.ProtoMinor)
		}
		attrs = append(attrs, attribute.String("network.protocol.version", version))
	}
	return attrs
}

func hostPort(s string) (string, int) {
	host, port, err := net.SplitHostPort(s)
	if err != nil {
		return s, 0
	}
	n, _ := strconv.Atoi(port)
	return host, n
}
