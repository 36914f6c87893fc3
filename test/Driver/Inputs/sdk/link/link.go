// Package link stands in for the SDK's: a target's first rule has the slot.
package link

import "github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook"

// Record tells how the program was instrumented. otel_importer.go sets it, so
// that the linker keeps the text, which `otel inspect` finds in the file.
var Record string

type Hooks struct {
	Before, After func(hook.Context)
}

type Hook struct {
	Rule, Library string
	Before, After func(hook.Context)
}

func Install(slot **Hooks, pkg, fn string, hooks ...Hook) {
	*slot = &Hooks{hooks[0].Before, hooks[0].After}
}
