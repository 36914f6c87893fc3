package serverspan

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

func TestJoin(t *testing.T) {
	for _, c := range []struct{ outer, inner, want string }{
		{"/api/", "/users/{id}", "/api/users/{id}"},     // stripped
		{"/api/", "/api/users/{id}", "/api/users/{id}"}, // not stripped
		{"/", "/users/{id}", "/users/{id}"},             // the whole tree
		{"/exact", "/users/{id}", "/users/{id}"},        // no tree
		{"/api/", "/", "/api/"},
	} {
		assert.Equal(t, c.want, join(c.outer, c.inner), "%s in %s", c.inner, c.outer)
	}
}

func TestSetRoute(t *testing.T) {
	_, sp := sdktrace.NewTracerProvider().Tracer("t").Start(context.Background(), "GET")
	s := &State{}
	s.SetSpan(sp)
	s.SetRoute("GET", "/users/{id}")
	s.SetRoute("GET", "/api/")
	assert.Equal(t, "GET /api/users/{id}", sp.(sdktrace.ReadOnlySpan).Name())
	assert.Equal(t, "HTTP /x", Name("BREW", "/x"))
	assert.Equal(t, "GET", Name("", ""))
}
