// Package nethttp instruments net/http's servers and clients with the official
// otelhttp, installed by hooks where requests enter and leave.
//
// Switching "nethttp" off at run time makes servers and clients pass requests
// on untouched. A server that began to serve while it was off stays
// uninstrumented.
package nethttp

import (
	"net/http"
	"net/http/httputil"
	"sync"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/goctx"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/registry"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/serverspan"
)

const library = "nethttp"

var serverOn = registry.Switch("nethttp_server", library)

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
		srv.Handler = newHandler(srv.Handler)
	}
}

// handler stands before the program's own handler.
type handler struct {
	next   http.Handler // nil: http.DefaultServeMux, looked up at each request as net/http does
	traced http.Handler
}

// request is what the handler keeps of one request.
type request struct {
	serverspan.State
	orig *http.Request
}

func newHandler(next http.Handler) *handler {
	h := &handler{next: next}
	h.traced = otelhttp.NewHandler(http.HandlerFunc(h.inner), "",
		otelhttp.WithTracerProvider(otel.GetTracerProvider()),
		otelhttp.WithMeterProvider(unclaimed{otel.GetMeterProvider()}),
		otelhttp.WithSpanNameFormatter(func(_ string, r *http.Request) string {
			if s := serverspan.FromContext(r.Context()); s != nil {
				return s.Name(r.Method)
			}
			return serverspan.Name(r.Method, "")
		}))
	return h
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
	req := &request{orig: r}
	h.traced.ServeHTTP(w, r.WithContext(serverspan.NewContext(r.Context(), &req.State, req)))
}

// inner runs inside otelhttp.
func (h *handler) inner(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	req, _ := serverspan.Owner(ctx).(*request)
	if req == nil {
		h.serve(w, r)
		return
	}
	req.SetSpan(trace.SpanFromContext(ctx))
	defer func() {
		keepForm(req.orig, r)
		if route := req.Route(); route != "" {
			if l, ok := otelhttp.LabelerFromContext(ctx); ok {
				l.Add(attribute.String("http.route", route))
			}
		}
	}()
	h.serve(w, r)
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
// request; the program's own value stays as it is.
func BeforeReverseProxy(c hook.Context) {
	p, _ := c.GetParam(0).(*httputil.ReverseProxy)
	if p == nil {
		return
	}
	base := p.Transport
	if base == nil {
		base = http.DefaultTransport
	}
	if t := wrap(base); t != nil {
		q := *p
		q.Transport = t
		c.SetParam(0, &q)
	}
}
