// Package link stands in for the SDK's: a target's first rule has the slot.
package link

import (
	"fmt"
	"reflect"
	"unsafe"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/slot"
)

type Context = hook.Context

// Record tells how the program was instrumented. otel_importer.go sets it, so
// that the linker keeps the text, which `otel inspect` finds in the file.
var Record string

type Hooks = slot.Hooks

type Hook struct {
	Rule, Library           string
	Before, After           func(hook.Context)
	TypedBefore, TypedAfter func(hook.Context, unsafe.Pointer)
}

func Install(s **Hooks, pkg, fn string, hooks ...Hook) {
	h := hooks[0]
	*s = slot.New(h.Before, h.After, h.TypedBefore, h.TypedAfter)
}

// Offsets finds what a typed hook takes: parameters in the struct that the frame
// points to, or in a frame without results; results through pointers.
func Offsets(target string, frame any, params, first int, types ...any) (offsets []uintptr, ok bool) {
	t := reflect.TypeOf(frame).Elem()
	for i, p := range types {
		n := first + i
		var f reflect.StructField
		if n < params {
			in := t
			if x, ok := t.FieldByName("x"); ok {
				in = x.Type.Elem()
			}
			f, _ = in.FieldByName(fmt.Sprint("p", n))
		} else {
			f, _ = t.FieldByName(fmt.Sprint("r", n-params))
			f.Type = f.Type.Elem()
		}
		if p != nil && f.Type != reflect.TypeOf(p).Elem() {
			panic(target + ": the frame has another type")
		}
		offsets = append(offsets, f.Offset)
	}
	return offsets, true
}
