package link

import (
	"errors"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook/hooktest"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/rt"
)

func call(slot *Hooks, body func()) {
	c := hooktest.New("p", "F", []any{1, "a"}, []any{nil})
	if slot == nil {
		body()
		return
	}
	c.Call(side(slot.Before, slot.TypedBefore), side(slot.After, slot.TypedAfter), body)
}

// side is what package runtime makes of the two forms of a hook; there is no
// frame here.
func side(plain func(hook.Context), typed Typed) func(hook.Context) {
	if plain != nil || typed == nil {
		return plain
	}
	return func(c hook.Context) { typed(c, nil) }
}

func TestOneHookIsCalledDirectly(t *testing.T) {
	var slot *Hooks
	n := 0
	Install(&slot, "p", "One", Hook{Rule: "one", Library: "l1", Before: func(hook.Context) { n++ }})
	require.NotNil(t, slot)
	assert.Nil(t, slot.After)
	call(slot, func() {})
	assert.Equal(t, 1, n)
}

func TestSeveralHooks(t *testing.T) {
	var slot *Hooks
	var order []string
	mk := func(name string) Hook {
		return Hook{Rule: name, Library: "several",
			Before: func(c hook.Context) {
				order = append(order, "before "+name)
				c.SetData(name)
				c.SetKeyData("k", name)
			},
			After: func(c hook.Context) {
				order = append(order, "after "+name)
				assert.Equal(t, name, c.GetData(), "each hook has data of its own")
				assert.True(t, c.HasKeyData("k"))
				assert.Equal(t, name, c.GetKeyData("k"))
				assert.Equal(t, "a", c.GetParam(1))
			}}
	}
	Install(&slot, "p", "Several", mk("a"), mk("b"), mk("c"))
	call(slot, func() { order = append(order, "body") })
	assert.Equal(t, []string{"before a", "before b", "before c", "body", "after c", "after b", "after a"}, order)
}

func TestPanicInOneOfSeveral(t *testing.T) {
	var said []error
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) { said = append(said, err) }))
	var slot *Hooks
	ran := 0
	Install(&slot, "p", "Panics",
		Hook{Rule: "bad", Library: "panics", Before: func(hook.Context) { panic(errors.New("oh")) }, After: func(hook.Context) { ran++ }},
		Hook{Rule: "good", Library: "panics", Before: func(hook.Context) { ran++ }, After: func(hook.Context) { ran++ }})
	for range 3 {
		call(slot, func() { ran++ })
	}
	assert.Equal(t, 12, ran, "the other hooks and the target run")
	require.Len(t, said, 1, "a site is reported once")
	assert.Contains(t, said[0].Error(), "p.Panics (rule bad) panicked at ")
	assert.Contains(t, said[0].Error(), "link_test.go:")
	assert.Contains(t, said[0].Error(), "oh")
}

func TestReports(t *testing.T) {
	var said []error
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) { said = append(said, err) }))
	var slot *Hooks
	Install(&slot, "p", "Reports", Hook{Rule: "r", Library: "reports", Before: func(hook.Context) {}})
	for range 2 {
		report(rt.WrongType, "Reports", "p", 3.5)
		report(rt.WrongIndex, "Reports", "p", 9)
		report(rt.HookPanicked, "Reports", "p", "boom")
	}
	require.Len(t, said, 3)
	assert.Contains(t, said[0].Error(), "p.Reports (rule r)")
	assert.Contains(t, said[0].Error(), "float64")
	assert.Contains(t, said[1].Error(), "9")
	assert.Contains(t, said[2].Error(), "boom")
}

func TestSwitch(t *testing.T) {
	var slot *Hooks
	Install(&slot, "p", "Switched",
		Hook{Rule: "sw_a", Library: "sw", Before: func(hook.Context) {}},
		Hook{Rule: "sw_b", Library: "sw", After: func(hook.Context) {}})
	require.NotNil(t, slot)
	assert.True(t, hook.Enabled("sw"))

	assert.True(t, hook.SetEnabled("sw_a", false))
	assert.Nil(t, slot.Before)
	assert.NotNil(t, slot.After)
	assert.False(t, hook.Enabled("sw_a"))

	assert.True(t, hook.SetEnabled("sw", false))
	assert.Nil(t, slot, "all off: the target compares with nil and goes on")
	assert.True(t, hook.SetEnabled("sw_a", true), "a rule overrides its library")
	require.NotNil(t, slot)
	assert.Nil(t, slot.After)
	assert.True(t, hook.SetEnabled("sw", true))

	assert.False(t, hook.SetEnabled("no such thing", true))
	assert.Contains(t, hook.Names(), "sw")
}

func TestSwitchedOffBeforeInstall(t *testing.T) {
	assert.False(t, hook.SetEnabled("late", false))
	var slot *Hooks
	Install(&slot, "p", "Late", Hook{Rule: "late_rule", Library: "late", Before: func(hook.Context) {}})
	assert.Nil(t, slot)
}

// frame is what a target's package has for func(int, *Hook, string) error with
// an after hook.
type params struct {
	p0 int
	p1 *Hook
	p2 string
}
type frame struct {
	x  *params
	r0 *error
}

// before is what it has without one: the values themselves.
type before struct {
	p0 int
	p1 *Hook
	p2 string
	r0 *Hook
}

// result is what it has for func() error.
type result struct{ r0 *error }

func TestOffsets(t *testing.T) {
	o, ok := Offsets("p.F", (*frame)(nil), 3, 0, (*int)(nil), nil, (*string)(nil), (*error)(nil))
	require.True(t, ok)
	assert.Equal(t, []uintptr{0, 0, unsafe.Offsetof(params{}.p2), unsafe.Offsetof(frame{}.r0)}, o)
	o, ok = Offsets("p.F", (*frame)(nil), 3, 3, (*error)(nil))
	require.True(t, ok)
	assert.Equal(t, []uintptr{unsafe.Offsetof(frame{}.r0)}, o)
	o, ok = Offsets("p.F", (*result)(nil), 0, 0, (*error)(nil))
	require.True(t, ok)
	assert.Equal(t, []uintptr{0}, o)
	_, ok = Offsets("p.F", (*before)(nil), 3, 2, (*string)(nil))
	require.True(t, ok)
}

func TestStaleTargets(t *testing.T) {
	var said []error
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) { said = append(said, err) }))
	for _, c := range []struct {
		frame any
		types []any
		want  string
	}{
		{nil, []any{(*int)(nil)}, "compiled without"},
		{(*frame)(nil), []any{(*int)(nil), (*int)(nil)}, "a *link.Hook where the hook takes a int"},
		{(*frame)(nil), []any{nil, nil, nil, (*int)(nil)}, "a error where the hook takes a int"},
		{(*frame)(nil), []any{nil, nil, nil, nil, (*int)(nil)}, "fewer"},
		// A hook that was only a before hook when the target was compiled.
		{(*before)(nil), []any{nil, nil, nil, (*Hook)(nil)}, "fewer"},
	} {
		said = nil
		_, ok := Offsets("p.F", c.frame, 3, 0, c.types...)
		assert.False(t, ok)
		require.Len(t, said, 1)
		assert.Contains(t, said[0].Error(), "a typed hook of p.F stays off")
		assert.Contains(t, said[0].Error(), c.want)
	}
	// What the importer then has is no hook at all.
	var slot *Hooks
	Install(&slot, "p", "Stale", Hook{Rule: "stale", Library: "stale"})
	assert.Nil(t, slot)
}

func TestTypedAmongSeveral(t *testing.T) {
	var slot *Hooks
	var order []string
	x := params{p0: 7}
	f := frame{x: &x}
	Install(&slot, "p", "Mixed",
		Hook{Rule: "plain", Library: "mixed", Before: func(hook.Context) { order = append(order, "plain") }},
		Hook{Rule: "typed", Library: "mixed", TypedBefore: func(c hook.Context, f unsafe.Pointer) {
			order = append(order, "typed")
			(*frame)(f).x.p0++
		}, TypedAfter: func(c hook.Context, f unsafe.Pointer) { panic("after") }})
	require.NotNil(t, slot.TypedBefore)
	slot.TypedBefore(hooktest.New("p", "F", nil, nil), unsafe.Pointer(&f))
	slot.TypedAfter(hooktest.New("p", "F", nil, nil), unsafe.Pointer(&f))
	assert.Equal(t, []string{"plain", "typed"}, order)
	assert.Equal(t, 8, x.p0)
	hook.SetEnabled("plain", false)
	require.NotNil(t, slot.TypedAfter)
	hook.SetEnabled("typed", false)
	assert.Nil(t, slot)
}

func BenchmarkSeveral(b *testing.B) {
	var slot *Hooks
	h := Hook{Rule: "x", Library: "bench", Before: func(hook.Context) {}, After: func(hook.Context) {}}
	Install(&slot, "p", "Bench", h, h)
	c := hooktest.New("p", "F", nil, nil)
	for range b.N {
		c.SetData(nil)
		slot.TypedBefore(c, nil)
		slot.TypedAfter(c, nil)
	}
}
