package link

import (
	"fmt"
	"reflect"

	"go.opentelemetry.io/otel"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook"
)

// Context is what every hook takes first.
type Context = hook.Context

// Offsets tells where a target's frame holds the values that a typed hook takes.
// frame is a nil pointer to the frame, in an interface, as the target's package
// provides it; types are nil pointers to the types the hook takes for the values
// from the first on, nil for one that it takes from the context.
//
// The build has compared the hook with the target. That it is still so when the
// program starts is checked once more: a build whose preparation is older than
// the target must not read memory as something it is not. ok is false then, the
// hook stays off, and a message says so.
func Offsets(target string, frame any, first int, types ...any) (offsets []uintptr, ok bool) {
	offsets = make([]uintptr, len(types))
	t := reflect.TypeOf(frame)
	if t == nil {
		return nil, stale(target, "it was compiled without this hook")
	}
	t = t.Elem()
	for i, p := range types {
		if p == nil {
			continue
		}
		want := reflect.TypeOf(p).Elem()
		if first+i >= t.NumField() {
			return nil, stale(target, "it has fewer parameters and results")
		}
		f := t.Field(first + i)
		if f.Type != want {
			return nil, stale(target, fmt.Sprintf("it has a %v where the hook takes a %v", f.Type, want))
		}
		offsets[i] = f.Offset
	}
	return offsets, true
}

func stale(target, why string) bool {
	otel.Handle(fmt.Errorf("a typed hook of %s stays off: the target is not as the build's preparation found it, %s; prepare the build again", target, why))
	return false
}
