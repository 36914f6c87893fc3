package bench

import (
	"testing"
	_ "unsafe"

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

func empty(hook.Context) {}

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
	f(b.N)
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
