// Package echo names server spans by echo v4's routes, and says on them what
// handlers returned as errors. The span itself is made where the request enters,
// by package nethttp; otelecho would make a second one, or none for what is
// answered before its middleware runs.
package echo

import (
	"reflect"

	"github.com/labstack/echo/v4"
	"go.opentelemetry.io/otel/attribute"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/serverspan"
)

// AfterFind runs when the router has looked for a request's route, before the
// handler does.
func AfterFind(c hook.Context) {
	ctx, _ := c.GetParam(3).(echo.Context)
	if ctx == nil || ctx.Request() == nil {
		return
	}
	s := serverspan.FromContext(ctx.Request().Context())
	// Older versions leave the path of the request where no route was found.
	if s == nil || isSame(ctx.Handler(), echo.NotFoundHandler) || isSame(ctx.Handler(), echo.MethodNotAllowedHandler) {
		return
	}
	s.SetRoute(ctx.Request().Method, ctx.Path())
}

func isSame(a, b echo.HandlerFunc) bool {
	return reflect.ValueOf(a).Pointer() == reflect.ValueOf(b).Pointer()
}

// AfterNew puts a middleware into a new instance that sees handlers' errors:
// echo turns them into responses, and nothing else tells of them.
func AfterNew(c hook.Context) {
	if e, _ := c.GetReturnVal(0).(*echo.Echo); e != nil {
		e.Use(noteError)
	}
}

func noteError(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		err := next(c)
		if err != nil {
			if s := serverspan.FromContext(c.Request().Context()); s != nil && s.Span() != nil {
				s.Span().SetAttributes(attribute.String("echo.error", err.Error()))
			}
		}
		return err
	}
}
