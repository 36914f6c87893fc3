package echov5

import (
	"errors"
	"net/http/httptest"
	"testing"

	"github.com/labstack/echo/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook/hooktest"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/spantest"
)

func TestRoutesAndErrors(t *testing.T) {
	recorder := spantest.Install()
	made := hooktest.New("github.com/labstack/echo/v5", "New", nil, []any{echo.New()})
	made.Call(nil, AfterNew, nil)
	e := made.Results[0].(*echo.Echo)
	// Plays the hooked Route: the first that runs behind it.
	e.Use(func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c *echo.Context) error {
			h := hooktest.New("github.com/labstack/echo/v5", "(*DefaultRouter).Route", []any{nil, c}, []any{nil})
			h.Call(nil, AfterRoute, nil)
			return next(c)
		}
	})
	e.GET("/users/:id", func(c *echo.Context) error {
		if c.Param("id") == "bad" {
			return errors.New("oh")
		}
		return nil
	})
	for _, c := range []struct{ method, path, route, failure string }{
		{"GET", "/users/7", "/users/:id", ""},
		{"GET", "/users/bad", "/users/:id", "oh"},
		{"GET", "/missing", "", "Not Found"},
		{"POST", "/users/7", "", "Method Not Allowed"},
	} {
		ctx, s, span := spantest.Server(c.method)
		e.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(c.method, c.path, nil).WithContext(ctx))
		span.End()
		assert.Equal(t, c.route, s.Route(), c)
		ended := recorder.Ended()
		require.NotEmpty(t, ended)
		assert.Equal(t, c.failure, spantest.Attr(ended[len(ended)-1], "echo.error"), c)
	}
}
