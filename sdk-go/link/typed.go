package link

import (
	"fmt"
	"reflect"

	"go.opentelemetry.io/otel"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook"
)

// Context is what every hook takes first.
type Context = hook.Context

// Offsets tells where a typed hook finds the values it takes of a target with so
// many parameters: those of parameters are from their struct, those of results
// from the frame, which has pointers to both. frame is a nil pointer to the
// frame, in an interface, as the target's package provides it; types are nil
// pointers to the types the hook takes for the values from the first on, nil for
// one that it takes from the context.
//
// The build has compared the hook with the target. That it is still so when the
// program starts is checked once more: a build whose preparation is older than
// the target must not read memory as something it is not. ok is false then, the
// hook stays off, and a message says so.
func Offsets(target string, frame any, params, first int, types ...any) (offsets []uintptr, ok bool) {
	offsets = make([]uintptr, len(types))
	t := reflect.TypeOf(frame)
	if t == nil {
		return nil, stale(target, "it was compiled without this hook")
	}
	values := valuesOf(t.Elem())
	for i, p := range types {
		if p == nil {
			continue
		}
		want := reflect.TypeOf(p).Elem()
		v, ok := values[valueName(params, first+i)]
		if !ok {
			return nil, stale(target, "it has fewer parameters and results")
		}
		if v.Type != want {
			return nil, stale(target, fmt.Sprintf("it has a %v where the hook takes a %v", v.Type, want))
		}
		offsets[i] = v.Offset
	}
	return offsets, true
}

// valueName is the field's name that the build gives value number i.
func valueName(params, i int) string {
	if i < params {
		return fmt.Sprintf("p%d", i)
	}
	return fmt.Sprintf("r%d", i-params)
}

// valuesOf returns the values that a frame has, by their names. Field x is the
// pointer to the parameters; the frame of a target without after hooks has them
// itself, and results that no typed hook may take.
func valuesOf(frame reflect.Type) map[string]reflect.StructField {
	values := map[string]reflect.StructField{}
	params := frame
	if x, ok := frame.FieldByName("x"); ok {
		params = x.Type.Elem()
	}
	for i := range params.NumField() {
		if f := params.Field(i); f.Name[0] == 'p' {
			values[f.Name] = f
		}
	}
	if params == frame && len(values) > 0 {
		return values
	}
	for i := range frame.NumField() {
		if f := frame.Field(i); f.Name[0] == 'r' && f.Type.Kind() == reflect.Pointer {
			f.Type = f.Type.Elem()
			values[f.Name] = f
		}
	}
	return values
}

func stale(target, why string) bool {
	otel.Handle(fmt.Errorf("a typed hook of %s stays off: the target is not as the build's preparation found it, %s; prepare the build again", target, why))
	return false
}
