package bench

import (
	"testing"
	"unsafe"

	"example.com/bench/hook"
	"example.com/bench/target"
)

//go:linkname slotBoth example.com/bench/target.otelHf_Both
var slotBoth *hook.Hooks

//go:linkname slotBefore example.com/bench/target.otelHf_Before
var slotBefore *hook.Hooks

//go:linkname slotAfter example.com/bench/target.otelHf_After
var slotAfter *hook.Hooks

//go:linkname slotMethod example.com/bench/target.otelHm1_T_Method
var slotMethod *hook.Hooks

//go:linkname slotGeneric example.com/bench/target.otelHf_Generic
var slotGeneric *hook.Hooks

//go:linkname slotTyped example.com/bench/target.otelHf_Typed
var slotTyped *hook.Hooks

//go:linkname slotLeaf example.com/bench/target.otelHf_Leaf
var slotLeaf *hook.Hooks

func empty(hook.Context) {}

// What the importer generates for func(hook.Context, *int, string) and
// func(hook.Context, int, string, *int, error); the SDK finds the offsets.

func typedBefore[P0, P1 any](h func(hook.Context, *P0, P1), o0, o1 uintptr) func(hook.Context, unsafe.Pointer) {
	return func(c hook.Context, f unsafe.Pointer) {
		p0 := *(*P0)(unsafe.Add(*(*unsafe.Pointer)(f), o0))
		h(c, &p0, *(*P1)(unsafe.Add(*(*unsafe.Pointer)(f), o1)))
		*(*P0)(unsafe.Add(*(*unsafe.Pointer)(f), o0)) = p0
	}
}

func typedValues[P0, P1 any](h func(hook.Context, P0, P1), o0, o1 uintptr) func(hook.Context, unsafe.Pointer) {
	return func(c hook.Context, f unsafe.Pointer) {
		h(c, *(*P0)(unsafe.Add(*(*unsafe.Pointer)(f), o0)), *(*P1)(unsafe.Add(*(*unsafe.Pointer)(f), o1)))
	}
}

func typedAfter[P0, P1, P2, P3 any](h func(hook.Context, P0, P1, P2, P3), o0, o1, o2, o3 uintptr) func(hook.Context, unsafe.Pointer) {
	return func(c hook.Context, f unsafe.Pointer) {
		h(c, *(*P0)(unsafe.Add(*(*unsafe.Pointer)(f), o0)), *(*P1)(unsafe.Add(*(*unsafe.Pointer)(f), o1)),
			**(**P2)(unsafe.Add(f, o2)), **(**P3)(unsafe.Add(f, o3)))
	}
}

var (
	data   any = &target.T{}
	object     = &target.T{}
	table      = map[string]int{}
	sink   any
)

func run(b *testing.B, slot **hook.Hooks, before, after func(hook.Context), f func(n int)) {
	if slot != nil {
		*slot = &hook.Hooks{Before: before, After: after}
		defer func() { *slot = nil }()
	}
	b.ReportAllocs()
	b.ResetTimer()
	at(f, b.N)
}

func plain(n int) {
	for i := 0; i < n; i++ {
		target.Plain(i, "s")
	}
}

func both(n int) {
	for i := 0; i < n; i++ {
		target.Both(i, "s")
	}
}

func method(n int) {
	for i := 0; i < n; i++ {
		object.Method(i, "s")
	}
}

func typed(n int) {
	for i := 0; i < n; i++ {
		target.Typed(i, "s")
	}
}

func runTyped(b *testing.B, before func(hook.Context, unsafe.Pointer)) {
	slotTyped = &hook.Hooks{
		TypedBefore: before,
		TypedAfter:  typedAfter(func(hook.Context, int, string, int, error) {}, 0, 8, 8, 16),
	}
	defer func() { slotTyped = nil }()
	b.ReportAllocs()
	b.ResetTimer()
	at(typed, b.N)
}

func BenchmarkTyped(b *testing.B) {
	runTyped(b, typedValues(func(hook.Context, int, string) {}, 0, 8))
}
func BenchmarkTypedPointer(b *testing.B) {
	runTyped(b, typedBefore(func(_ hook.Context, n *int, _ string) { *n = 1 }, 0, 8))
}

func BenchmarkPlainLeaf(b *testing.B) {
	run(b, nil, nil, nil, func(n int) {
		for i := 0; i < n; i++ {
			target.Sum += target.PlainLeaf(i)
		}
	})
}

func leaf(n int) {
	for i := 0; i < n; i++ {
		target.Sum += target.Leaf(i)
	}
}

func BenchmarkLeafOff(b *testing.B)   { run(b, nil, nil, nil, leaf) }
func BenchmarkLeafEmpty(b *testing.B) { run(b, &slotLeaf, empty, empty, leaf) }

func BenchmarkPlain(b *testing.B) { run(b, nil, nil, nil, plain) }
func BenchmarkOff(b *testing.B)   { run(b, nil, nil, nil, both) }
func BenchmarkEmpty(b *testing.B) { run(b, &slotBoth, empty, empty, both) }
func BenchmarkData(b *testing.B) {
	run(b, &slotBoth, func(c hook.Context) { c.SetData(data) }, func(c hook.Context) { sink = c.GetData() }, both)
}
func BenchmarkKeyData(b *testing.B) {
	run(b, &slotBoth, func(c hook.Context) { c.SetKeyData("k", data) }, func(c hook.Context) { sink = c.GetKeyData("k") }, both)
}
func BenchmarkGetParam(b *testing.B) {
	run(b, &slotMethod, func(c hook.Context) { sink = c.GetParam(0) }, empty, method)
}
func BenchmarkSetParam(b *testing.B) {
	run(b, &slotMethod, func(c hook.Context) { c.SetParam(0, object) }, empty, method)
}
func BenchmarkGetReturnVal(b *testing.B) {
	run(b, &slotBoth, empty, func(c hook.Context) { sink = c.GetReturnVal(1) }, both)
}
func BenchmarkBeforeOff(b *testing.B) {
	run(b, nil, nil, nil, func(n int) {
		for i := 0; i < n; i++ {
			target.Before(i, "s")
		}
	})
}
func BenchmarkBefore(b *testing.B) {
	run(b, &slotBefore, empty, nil, func(n int) {
		for i := 0; i < n; i++ {
			target.Before(i, "s")
		}
	})
}
func BenchmarkAfter(b *testing.B) {
	run(b, &slotAfter, nil, empty, func(n int) {
		for i := 0; i < n; i++ {
			target.After(i, "s")
		}
	})
}
func BenchmarkPlainMethod(b *testing.B) {
	run(b, nil, nil, nil, func(n int) {
		for i := 0; i < n; i++ {
			object.PlainMethod(i, "s")
		}
	})
}
func BenchmarkMethodOff(b *testing.B)   { run(b, nil, nil, nil, method) }
func BenchmarkMethodEmpty(b *testing.B) { run(b, &slotMethod, empty, empty, method) }
func BenchmarkPlainGeneric(b *testing.B) {
	run(b, nil, nil, nil, func(n int) {
		for i := 0; i < n; i++ {
			target.PlainGeneric(table, "s")
		}
	})
}

func generic(n int) {
	for i := 0; i < n; i++ {
		target.Generic(table, "s")
	}
}

func BenchmarkGenericOff(b *testing.B)   { run(b, nil, nil, nil, generic) }
func BenchmarkGenericEmpty(b *testing.B) { run(b, &slotGeneric, empty, empty, generic) }

func spawn(b *testing.B) {
	done := make(chan bool)
	for i := 0; i < b.N; i++ {
		go func() { done <- true }()
		<-done
	}
}

func BenchmarkGoStatement(b *testing.B) { spawn(b) }
func BenchmarkGoStatementWithContext(b *testing.B) {
	if hook.Runtime == nil {
		b.Skip()
	}
	hook.Runtime.CtxSet(data)
	defer hook.Runtime.CtxSet(nil)
	spawn(b)
}
