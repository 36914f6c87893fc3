// Package chi names server spans by chi's routes. The span itself is made where
// the request enters, by package nethttp: chi's routers are plain handlers.
package chi

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/serverspan"
)

// AfterRouteHTTP runs for each router on the way to a handler, the innermost
// first; chi then knows the pattern of them all.
func AfterRouteHTTP(c hook.Context) {
	r, _ := c.GetParam(2).(*http.Request)
	if r == nil {
		return
	}
	s := serverspan.FromContext(r.Context())
	if s == nil {
		return
	}
	if rctx := chi.RouteContext(r.Context()); rctx != nil {
		s.SetRoute(r.Method, rctx.RoutePattern())
	}
}
