// Package rt reaches what the build adds to package runtime: the goroutine's
// trace context and the switch that keeps hooks off a goroutine. In a program
// that was built without it all functions do nothing.
package rt

import (
	_ "unsafe" // go:linkname
)

// api has the layout of runtime.otelAPIStruct; version says which fields are
// there.
type api struct {
	version     int
	ctxGet      func() any
	ctxSet      func(any)
	suppress    func(on bool) (was bool)
	setReporter func(func(kind int, fn, pkg string, v any))
	setAtDeath  func(func()) // from version 2 on
}

// runtimeAPI is a variable without content here. In an instrumented program
// package runtime defines the same symbol with content, which wins in the
// linker; in any other it stays nil.
//
//go:linkname runtimeAPI runtime.otelAPI
var runtimeAPI *api

var current = runtimeAPI

func init() {
	if current == nil || current.version < 1 {
		current = &api{
			ctxGet:      func() any { return nil },
			ctxSet:      func(any) {},
			suppress:    func(bool) bool { return false },
			setReporter: func(func(int, string, string, any)) {},
		}
	}
}

// Kinds of reports.
const (
	HookPanicked = iota
	WrongType
	WrongIndex
)

// Present tells whether goroutines have a trace context in this program.
func Present() bool { return current.version != 0 }

// Get returns the goroutine's trace context.
func Get() any { return current.ctxGet() }

// Set replaces the goroutine's trace context; goroutines it starts inherit it.
func Set(v any) { current.ctxSet(v) }

// Suppress switches hooks off (true) or on (false) for this goroutine and the
// goroutines it starts, and returns what held before.
func Suppress(on bool) bool { return current.suppress(on) }

// Suppressed tells whether hooks are off on this goroutine.
func Suppressed() bool {
	was := current.suppress(true)
	if !was {
		current.suppress(false)
	}
	return was
}

// SetReporter says who is told of hooks that misbehave.
func SetReporter(f func(kind int, fn, pkg string, v any)) { current.setReporter(f) }

// AtDeath says what runs on the goroutine whose panic ends the program, when its
// deferred functions have run and before anything is printed. What the program
// prints and its exit status stay the panic's.
func AtDeath(f func()) {
	if current.version >= 2 {
		current.setAtDeath(f)
	}
}

// Fake puts an implementation in for a test and returns how to take it out.
func Fake(get func() any, set func(any), suppress func(bool) bool) (restore func()) {
	old := current
	current = &api{version: -1, ctxGet: get, ctxSet: set, suppress: suppress,
		setReporter: func(func(int, string, string, any)) {}}
	return func() { current = old }
}
