// Package slot has what the slots of targets point to, and the context of calls
// in a program whose package runtime is not patched. The layouts are known to
// the instrumented packages.
package slot

import (
	"unsafe"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook"
)

// Typed is a hook that takes its target's values: what the importer makes of a
// func(hook.Context, T...). At the address, which is good during the call, is a
// pointer to the parameters, and behind it one to each result.
type Typed = func(hook.Context, unsafe.Pointer)

// Hooks is what a slot points to. Each side has one of the two forms, or none.
type Hooks struct {
	Before, After           func(hook.Context)
	TypedBefore, TypedAfter Typed

	begin func(*Desc, any, *Hooks) *Call
}

// New returns hooks that both kinds of program can call.
func New(before, after func(hook.Context), typedBefore, typedAfter Typed) *Hooks {
	return &Hooks{before, after, typedBefore, typedAfter, begin}
}

// Report is told of hooks that misbehave, as rt.SetReporter says, where package
// runtime is not patched.
var Report = func(kind int, fn, pkg string, v any) {}
