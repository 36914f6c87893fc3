// Package fiberv3 names server spans by the routes of fiber v3, and puts the
// request's span into Ctx.Context. The span itself is made by package
// fasthttp, which fiber stands on; otelfiber would make a second one.
package fiberv3

import (
	"context"
	"reflect"

	"github.com/gofiber/fiber/v3"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/serverspan"
)

// BeforeNext gives the first handler, and those after it, the request's context.
func BeforeNext(c hook.Context) {
	f, _ := c.GetParam(1).(fiber.Ctx)
	if f == nil || f.RequestCtx() == nil {
		return
	}
	ctx, _ := f.RequestCtx().UserValue(serverspan.FastHTTPKey).(context.Context)
	if ctx == nil {
		return
	}
	if s := serverspan.FromContext(ctx); s != nil {
		c.SetData(s)
		if !s.Enter() {
			return
		}
		c.SetKeyData("outermost", true)
	}
	f.SetContext(ctx)
}

// AfterNext runs for each handler that a request went through, the innermost
// first: its route is the request's.
func AfterNext(c hook.Context) {
	s, _ := c.GetData().(*serverspan.State)
	if s == nil {
		return
	}
	if c.HasKeyData("outermost") {
		s.Leave()
	}
	f, _ := c.GetParam(1).(fiber.Ctx)
	// Without a match the last middleware's route is still there.
	if found, _ := c.GetReturnVal(0).(bool); !found || f == nil || s.Route() != "" {
		return
	}
	if route := f.Route(); route != nil && !isMiddleware(route) {
		s.SetRoute(f.Method(), route.Path)
	}
}

// isMiddleware tells a route made by Use from one of a method; only a field that
// is not exported does.
func isMiddleware(route *fiber.Route) bool {
	use := reflect.ValueOf(route).Elem().FieldByName("use")
	return use.Kind() == reflect.Bool && use.Bool()
}
