// Package hooks has hooks that always fail.
package hooks

import "github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook"

// BeforeGreet panics.
func BeforeGreet(hook.Context) { panic("before") }

// AfterGreet panics in another way.
func AfterGreet(c hook.Context) { _ = c.GetReturnVal(0).(int) }
