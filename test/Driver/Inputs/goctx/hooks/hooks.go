// Package hooks gives the goroutine of each request a context, as the SDK does.
package hooks

import (
	"sync/atomic"
	_ "unsafe" // go:linkname

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook"
)

type api struct {
	version  int
	get      func() any
	set      func(any)
	suppress func(bool) bool
}

//go:linkname runtimeAPI runtime.otelAPI
var runtimeAPI *api

func Present() bool { return runtimeAPI != nil }

func Get() any { return runtimeAPI.get() }

func Set(v any) { runtimeAPI.set(v) }

func Suppress(on bool) bool { return runtimeAPI.suppress(on) }

var Calls atomic.Int64

// Before makes the first parameter the goroutine's context.
func Before(c hook.Context) {
	Calls.Add(1)
	Set(c.GetParam(0))
}

// After forgets it.
func After(c hook.Context) {
	Calls.Add(1)
	Set(nil)
}
