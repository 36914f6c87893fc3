// Package nethttp instruments net/http's servers and clients by hooks where
// requests enter and leave. Spans and metrics are those of the official otelhttp,
// and what the conventions ask for beyond; doing it itself, the package does with a
// route, a parent from the goroutine and less time what a wrapper around
// otelhttp would do on top of its work.
//
// Switching "nethttp" off at run time makes servers and clients pass requests
// on untouched. A server that began to serve while it was off stays
// uninstrumented.
package nethttp

import (
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/goctx"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/httpspan"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/registry"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/serverspan"
)

const (
	scope   = "github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook/nethttp"
	library = "nethttp"
)

var (
	tracer   = otel.Tracer(scope)
	serverOn = registry.Switch("nethttp_server", library)

	serverDuration = httpspan.Duration(scope, "http.server.request.duration", "Duration of HTTP server requests.")
	requestSize    = httpspan.Size(scope, "http.server.request.body.size", "Size of HTTP server request bodies.")
	responseSize   = httpspan.Size(scope, "http.server.response.body.size", "Size of HTTP server response bodies.")

	serverKind = trace.WithSpanKind(trace.SpanKindServer)
)

// serveMu orders Serve calls of one server on several listeners. A request
// reads the handler only after the Serve call that brought it in.
var serveMu sync.Mutex

// BeforeServe wraps the handler of a server that begins to serve.
func BeforeServe(c hook.Context) {
	srv, _ := c.GetParam(0).(*http.Server)
	if srv == nil {
		return
	}
	serveMu.Lock()
	defer serveMu.Unlock()
	if _, done := srv.Handler.(*handler); !done {
		srv.Handler = &handler{srv.Handler}
	}
}

// handler stands before the program's own handler.
type handler struct {
	next http.Handler // nil: http.DefaultServeMux, looked up at each request as net/http does
}

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !serverOn.Load() {
		h.serve(w, r)
		return
	}
	if serverspan.Excluded(r.URL.Path) {
		ctx, span := serverspan.Unsampled(r.Context())
		goctx.Push(ctx, span)
		defer goctx.Ended(span)
		given := r.WithContext(ctx)
		defer keepForm(r, given)
		h.serve(w, given)
		return
	}
	h.trace(w, r)
}

// request is what the handler keeps of one request.
type request struct {
	serverspan.State
	writer   writer
	body     countedBody
	measured httpspan.Measured
}

func (h *handler) trace(w http.ResponseWriter, r *http.Request) {
	begin := time.Now()
	req := &request{}
	ctx := otel.GetTextMapPropagator().Extract(r.Context(), carrier(r.Header))
	ctx, span := tracer.Start(ctx, serverspan.Name(r.Method, ""), serverKind, trace.WithAttributes(req.attributes(r)...))
	defer span.End() // deferred itself, so that it sees a panic
	req.SetSpan(span)
	ctx = serverspan.NewContext(ctx, &req.State, nil)
	given := r.WithContext(ctx)
	defer keepForm(r, given)
	if r.Body != nil && r.Body != http.NoBody {
		req.body.ReadCloser = r.Body
		given.Body = &req.body
	}
	req.writer.ResponseWriter = w
	h.serve(req.writer.like(w), given)

	status := req.writer.code()
	received, sent := req.body.n.Load(), req.writer.written.Load()
	m := &req.measured
	m.Status = status
	if status >= 500 {
		m.Error = strconv.Itoa(status)
	}
	if span.IsRecording() {
		var buf [4]attribute.KeyValue
		attrs := append(buf[:0], attribute.Int("http.response.status_code", status))
		if received > 0 {
			attrs = append(attrs, attribute.Int64("http.request.body.size", received))
		}
		if sent > 0 {
			attrs = append(attrs, attribute.Int64("http.response.body.size", sent))
		}
		if m.Error != "" {
			attrs = append(attrs, attribute.String("error.type", m.Error))
			span.SetStatus(codes.Error, "")
		}
		span.SetAttributes(attrs...)
	}
	if req.Claimed.Load() {
		return // an instrumentation of the program's own records the same
	}
	m.Route = req.Route()
	with := m.Options()
	serverDuration.Record(ctx, time.Since(begin).Seconds(), with...)
	requestSize.Record(ctx, received, with...)
	responseSize.Record(ctx, sent, with...)
}

// attributes returns those that are known from the start.
func (req *request) attributes(r *http.Request) []attribute.KeyValue {
	m := &req.measured
	m.Method, m.Scheme = httpspan.Method(r.Method), "http"
	if r.TLS != nil {
		m.Scheme = "https"
	}
	m.Host, m.Port = httpspan.HostPort(r.Host, m.Scheme)
	m.Protocol = protocolVersion(r.ProtoMajor, r.ProtoMinor)
	attrs := httpspan.AppendMethod(make([]attribute.KeyValue, 0, 12), r.Method)
	attrs = append(attrs, attribute.String("url.scheme", m.Scheme), attribute.String("server.address", m.Host),
		attribute.String("network.protocol.version", m.Protocol))
	if m.Port > 0 {
		attrs = append(attrs, attribute.Int("server.port", m.Port))
	}
	client, port := httpspan.Split(r.RemoteAddr)
	if client != "" {
		attrs = append(attrs, attribute.String("network.peer.address", client))
	}
	if port > 0 {
		attrs = append(attrs, attribute.Int("network.peer.port", port))
	}
	if forwarded, _, _ := strings.Cut(r.Header.Get("X-Forwarded-For"), ","); forwarded != "" {
		client = forwarded
	}
	if client != "" {
		attrs = append(attrs, attribute.String("client.address", client))
	}
	if agent := r.UserAgent(); agent != "" {
		attrs = append(attrs, attribute.String("user_agent.original", agent))
	}
	if r.URL.Path != "" {
		attrs = append(attrs, attribute.String("url.path", r.URL.Path))
	}
	return attrs
}

// keepForm gives the server's request what the copy of it has parsed: the server
// removes a form's temporary files by the request it made.
func keepForm(orig, given *http.Request) {
	if orig.MultipartForm == nil {
		orig.MultipartForm = given.MultipartForm
	}
}

func (h *handler) serve(w http.ResponseWriter, r *http.Request) {
	if h.next == nil {
		http.DefaultServeMux.ServeHTTP(w, r)
		return
	}
	h.next.ServeHTTP(w, r)
}

// AfterServeMux takes the route from the pattern that matched. The request is
// the one the mux was given, so that it is found behind any middleware.
func AfterServeMux(c hook.Context) {
	r, _ := c.GetParam(2).(*http.Request)
	if r == nil || r.Pattern == "" {
		return
	}
	if s := serverspan.FromContext(r.Context()); s != nil {
		s.SetRoute(r.Method, routeOf(r.Pattern))
	}
}

// routeOf strips method and host from a pattern "[METHOD ][HOST]/[PATH]".
func routeOf(pattern string) string {
	for i := range len(pattern) {
		if pattern[i] == '/' {
			return pattern[i:]
		}
	}
	return ""
}

// BeforeReverseProxy gives the proxy an instrumented transport for this
// request; the program's own value stays as it is. It goes by the field's name:
// programs without httputil do not get it from here.
func BeforeReverseProxy(c hook.Context) {
	p := reflect.ValueOf(c.GetParam(0))
	if p.Kind() != reflect.Pointer || p.IsNil() {
		return
	}
	base, _ := p.Elem().FieldByName("Transport").Interface().(http.RoundTripper)
	if base == nil {
		base = http.DefaultTransport
	}
	if t := wrap(base); t != nil {
		q := reflect.New(p.Type().Elem())
		q.Elem().Set(p.Elem())
		q.Elem().FieldByName("Transport").Set(reflect.ValueOf(t))
		c.SetParam(0, q.Interface())
	}
}
