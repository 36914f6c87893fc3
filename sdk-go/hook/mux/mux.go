// Package mux names server spans by gorilla/mux's routes. The span itself is
// made where the request enters, by package nethttp: mux's routers are plain
// handlers.
package mux

import (
	"net/http"

	"github.com/gorilla/mux"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/serverspan"
)

// AfterMatch runs when a router has looked for a request's route, before the
// handler does. Subrouters are asked first, and their routes' templates begin
// with those of the routers around them.
func AfterMatch(c hook.Context) {
	if found, _ := c.GetReturnVal(0).(bool); !found {
		return
	}
	r, _ := c.GetParam(1).(*http.Request)
	match, _ := c.GetParam(2).(*mux.RouteMatch)
	if r == nil || match == nil || match.Route == nil || match.MatchErr != nil {
		return
	}
	s := serverspan.FromContext(r.Context())
	if s == nil {
		return
	}
	// A route without a path (a host alone, say) has no template.
	if route, err := match.Route.GetPathTemplate(); err == nil {
		s.SetRoute(r.Method, route)
	}
}
