// Package nested has hooks that are a module of their own.
package nested

import "github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook"

// Double doubles the first result.
func Double(ctx hook.Context) { ctx.SetReturnVal(0, ctx.GetReturnVal(0).(int)*2) }

// Shout adds to the first result, a string.
func Shout(ctx hook.Context) { ctx.SetReturnVal(0, ctx.GetReturnVal(0).(string)+"!") }
