package slot

import (
	"reflect"
	"unsafe"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/rt"
)

// This file serves programs whose package runtime is not patched, because the
// Go release is one that the patch does not fit. The context is an object on the
// heap then, and so is the frame. Hooks work; they run also for calls that hooks
// make, and cannot tell a panic from a return.

// Desc is the layout of what a target's package knows of the target.
type Desc struct {
	fn, pkg, np, nr, pointers any
	_                         [2]unsafe.Pointer
}

// Call is one call of a target. The target reads the first two fields.
type Call struct {
	skip  *Call // the call itself, where it is skipped
	end   func(*Call)
	hooks *Hooks
	// params is the struct that has the parameters, results the one that has
	// the results from field first on, or pointers to them.
	params, results reflect.Value
	first           int
	pointers        bool
	typed           unsafe.Pointer // what typed hooks get
	ptr             unsafe.Pointer // the frame's address
	fn, pkg         string
	np, nr          int
	over, dirty     bool
	data            any
	keys            map[string]any
}

// begin is the target's function for the beginning of a call.
func begin(d *Desc, frame any, h *Hooks) *Call {
	v := reflect.ValueOf(frame)
	c := &Call{end: (*Call).finish, hooks: h, params: v.Elem(), results: v.Elem(), ptr: v.UnsafePointer()}
	c.fn, c.pkg, c.np, c.nr = d.fn.(string), d.pkg.(string), d.np.(int), d.nr.(int)
	c.first = c.np
	c.typed = unsafe.Pointer(&c.ptr)
	if d.pointers != nil {
		c.typed, c.pointers, c.first = c.ptr, true, 0
		if c.np > 0 {
			c.params, c.first = c.params.Field(0).Elem(), 1
		}
	}
	c.run(h.Before, h.TypedBefore)
	if c.dirty && c.skip == nil && c.pointers {
		// The results are the target's own variables.
		for i := range c.nr {
			c.result(i).SetZero()
		}
	}
	return c
}

func (c *Call) finish() {
	c.run(c.hooks.After, c.hooks.TypedAfter)
	c.over = true
}

func (c *Call) run(plain func(hook.Context), typed Typed) {
	defer func() {
		if e := recover(); e != nil {
			Report(rt.HookPanicked, c.fn, c.pkg, e)
		}
	}()
	switch {
	case plain != nil:
		plain(c)
	case typed != nil:
		typed(c, c.typed)
	}
}

// settable is a field, whose name is not exported, as a variable.
func settable(f reflect.Value) reflect.Value {
	return reflect.NewAt(f.Type(), f.Addr().UnsafePointer()).Elem()
}

func (c *Call) param(i int) reflect.Value { return settable(c.params.Field(i)) }

func (c *Call) result(i int) reflect.Value {
	f := settable(c.results.Field(c.first + i))
	if c.pointers {
		return f.Elem()
	}
	return f
}

// has reports an index that is none.
func (c *Call) has(i, n int) bool {
	if c.over {
		return false
	}
	if i < 0 || i >= n {
		Report(rt.WrongIndex, c.fn, c.pkg, i)
		return false
	}
	return true
}

func (c *Call) set(to reflect.Value, v any) {
	t, from := to.Type(), reflect.TypeOf(v)
	switch {
	case v == nil:
		to.SetZero()
	case from == t || t.Kind() == reflect.Interface && from.Implements(t):
		to.Set(reflect.ValueOf(v))
	default:
		Report(rt.WrongType, c.fn, c.pkg, v)
	}
}

func (c *Call) GetParam(i int) any {
	if c.has(i, c.np) {
		return c.param(i).Interface()
	}
	return nil
}

func (c *Call) SetParam(i int, v any) {
	if c.has(i, c.np) {
		c.set(c.param(i), v)
	}
}

func (c *Call) GetReturnVal(i int) any {
	if c.has(i, c.nr) {
		return c.result(i).Interface()
	}
	return nil
}

func (c *Call) SetReturnVal(i int, v any) {
	if c.has(i, c.nr) {
		c.set(c.result(i), v)
		c.dirty = true
	}
}

func (c *Call) NumParams() int             { return c.np }
func (c *Call) NumReturnVals() int         { return c.nr }
func (c *Call) GetFuncName() string        { return c.fn }
func (c *Call) GetPackageName() string     { return c.pkg }
func (c *Call) SetData(v any)              { c.data = v }
func (c *Call) GetData() any               { return c.data }
func (c *Call) GetKeyData(key string) any  { return c.keys[key] }
func (c *Call) HasKeyData(key string) bool { _, ok := c.keys[key]; return ok }
func (c *Call) IsSkipCall() bool           { return c.skip != nil }
func (c *Call) Panicking() bool            { return false }
func (c *Call) PanicValue() any            { return nil }

func (c *Call) SetSkipCall(skip bool) {
	c.skip = nil
	if skip {
		c.skip = c
	}
}

func (c *Call) SetKeyData(key string, v any) {
	if c.keys == nil {
		c.keys = map[string]any{}
	}
	c.keys[key] = v
}
