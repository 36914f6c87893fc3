package mux

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/gorilla/mux"
	"github.com/stretchr/testify/assert"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook/hooktest"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/spantest"
)

func TestRoutes(t *testing.T) {
	spantest.Install()
	root := mux.NewRouter()
	root.PathPrefix("/users").Subrouter().HandleFunc("/{id:[0-9]+}", func(http.ResponseWriter, *http.Request) {}).Methods("GET")
	root.Host("only.example").HandlerFunc(func(http.ResponseWriter, *http.Request) {})
	for _, c := range []struct{ method, url, want string }{
		{"GET", "http://x/users/7", "/users/{id:[0-9]+}"},
		{"POST", "http://x/users/7", ""}, // 405
		{"GET", "http://x/users/x", ""},
		{"GET", "http://only.example/x", ""}, // a route without a path
	} {
		ctx, s, span := spantest.Server(c.method)
		r := httptest.NewRequest(c.method, c.url, nil).WithContext(ctx)
		match := &mux.RouteMatch{}
		h := hooktest.New("github.com/gorilla/mux", "(*Router).Match", []any{root, r, match}, []any{false})
		h.Call(nil, AfterMatch, func() { h.Results[0] = root.Match(r, match) })
		span.End()
		assert.Equal(t, c.want, s.Route(), c)
	}
}
