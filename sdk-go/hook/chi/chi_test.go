package chi

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/go-chi/chi/v5"
	"github.com/stretchr/testify/assert"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook/hooktest"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/serverspan"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/spantest"
)

// routed plays the hooked routeHTTP: a middleware of each router is the last
// that runs before it.
func routed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := hooktest.New("github.com/go-chi/chi/v5", "(*Mux).routeHTTP", []any{nil, w, r}, nil)
		c.Call(nil, AfterRouteHTTP, func() { next.ServeHTTP(w, r) })
	})
}

func TestRoutes(t *testing.T) {
	spantest.Install()
	root := chi.NewRouter()
	root.Use(routed)
	root.Route("/users", func(r chi.Router) {
		r.Use(routed)
		r.Get("/{id}", func(http.ResponseWriter, *http.Request) {})
	})
	root.Get("/", func(http.ResponseWriter, *http.Request) {})
	for path, want := range map[string]string{"/users/7": "/users/{id}", "/": "/", "/missing": ""} {
		ctx, s, span := spantest.Server("GET")
		root.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", path, nil).WithContext(ctx))
		span.End()
		assert.Equal(t, want, s.Route(), path)
		assert.Equal(t, serverspan.Name("GET", want), s.Name("GET"))
	}
	// A request that nobody traces.
	root.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/users/7", nil))
}
