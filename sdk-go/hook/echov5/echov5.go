// Package echov5 names server spans by echo v5's routes, and says on them what
// handlers returned as errors. The span itself is made where the request enters,
// by package nethttp; otelecho would make a second one, or none for what is
// answered before its middleware runs.
package echov5

import (
	"github.com/labstack/echo/v5"
	"go.opentelemetry.io/otel/attribute"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/serverspan"
)

// AfterRoute runs when the router has looked for a request's route, before the
// handler does.
func AfterRoute(c hook.Context) {
	ctx, _ := c.GetParam(1).(*echo.Context)
	if ctx == nil || ctx.Request() == nil {
		return
	}
	s := serverspan.FromContext(ctx.Request().Context())
	if s == nil {
		return
	}
	switch ctx.RouteInfo().Name {
	case echo.NotFoundRouteName, echo.MethodNotAllowedRouteName:
		return
	}
	s.SetRoute(ctx.Request().Method, ctx.Path())
}

// AfterNew puts a middleware into a new instance that sees handlers' errors:
// echo turns them into responses, and nothing else tells of them.
func AfterNew(c hook.Context) {
	if e, _ := c.GetReturnVal(0).(*echo.Echo); e != nil {
		e.Use(noteError)
	}
}

func noteError(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c *echo.Context) error {
		err := next(c)
		if err != nil {
			if s := serverspan.FromContext(c.Request().Context()); s != nil && s.Span() != nil {
				s.Span().SetAttributes(attribute.String("echo.error", err.Error()))
			}
		}
		return err
	}
}
