package fiber

import (
	"context"
	"net/http/httptest"
	"testing"

	"github.com/gofiber/fiber/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/trace"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook/hooktest"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/serverspan"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/spantest"
)

// next plays the hooked next, which every handler but the first is reached by.
func next(c *fiber.Ctx) error {
	h := hooktest.New("github.com/gofiber/fiber/v2", "(*App).next", []any{c.App(), c}, []any{false, nil})
	var err error
	h.Call(BeforeNext, AfterNext, func() {
		err = c.Next()
		h.Results[0] = err == nil
	})
	return err
}

func TestRoutes(t *testing.T) {
	spantest.Install()
	var state *serverspan.State
	app := fiber.New()
	app.Use(func(c *fiber.Ctx) error {
		var ctx context.Context
		ctx, state, _ = spantest.Server("GET")
		c.Context().SetUserValue(serverspan.FastHTTPKey, ctx)
		return c.Next()
	})
	app.Use(next)
	app.Group("/users").Get("/:id", func(c *fiber.Ctx) error {
		assert.True(t, trace.SpanContextFromContext(c.UserContext()).IsValid(), "the request's context")
		return nil
	})
	app.Use("/static", func(c *fiber.Ctx) error { return nil })
	for path, want := range map[string]string{"/users/7": "/users/:id", "/missing": "", "/static/x": ""} {
		_, err := app.Test(httptest.NewRequest("GET", path, nil))
		require.NoError(t, err)
		assert.Equal(t, want, state.Route(), path)
	}
}
