// The behaviour of injected code, checked from the inside.
package main

import (
	"fmt"
	"os"
	"reflect"
	"runtime"
	"sync"
	"sync/atomic"
	"unsafe"
	_ "unsafe"

	"example.com/hook"
	"example.com/semantics/target"
)

type hooks = hook.Hooks

//go:linkname slotPlain example.com/semantics/target.otelHf_Plain
var slotPlain *hooks

//go:linkname slotNamed example.com/semantics/target.otelHf_Named
var slotNamed *hooks

//go:linkname slotUnnamed example.com/semantics/target.otelHf_Unnamed
var slotUnnamed *hooks

//go:linkname slotBlank example.com/semantics/target.otelHf_Blank
var slotBlank *hooks

//go:linkname slotGrouped example.com/semantics/target.otelHf_Grouped
var slotGrouped *hooks

//go:linkname slotVariadic example.com/semantics/target.otelHf_Variadic
var slotVariadic *hooks

//go:linkname slotNothing example.com/semantics/target.otelHf_Nothing
var slotNothing *hooks

//go:linkname slotPointer example.com/semantics/target.otelHm1_T_Pointer
var slotPointer *hooks

//go:linkname slotValue example.com/semantics/target.otelHm1_T_Value
var slotValue *hooks

//go:linkname slotUnnamedReceiver example.com/semantics/target.otelHm1_T_UnnamedReceiver
var slotUnnamedReceiver *hooks

//go:linkname slotBlankReceiver example.com/semantics/target.otelHm1_T_BlankReceiver
var slotBlankReceiver *hooks

//go:linkname slotSet example.com/semantics/target.otelHm4_Pair_Set
var slotSet *hooks

//go:linkname slotGet example.com/semantics/target.otelHm4_Pair_Get
var slotGet *hooks

//go:linkname slotMap example.com/semantics/target.otelHf_Map
var slotMap *hooks

//go:linkname slotClosure example.com/semantics/target.otelHf_Closure
var slotClosure *hooks

//go:linkname slotShadow example.com/semantics/target.otelHf_Shadow
var slotShadow *hooks

//go:linkname slotRecursive example.com/semantics/target.otelHf_Recursive
var slotRecursive *hooks

//go:linkname slotDeep example.com/semantics/target.otelHf_Deep
var slotDeep *hooks

//go:linkname slotPanics example.com/semantics/target.otelHf_Panics
var slotPanics *hooks

//go:linkname slotRecovers example.com/semantics/target.otelHf_Recovers
var slotRecovers *hooks

//go:linkname slotExits example.com/semantics/target.otelHf_Exits
var slotExits *hooks

//go:linkname slotUnwinds example.com/semantics/target.otelHf_Unwinds
var slotUnwinds *hooks

//go:linkname slotOnlyBefore example.com/semantics/target.otelHf_OnlyBefore
var slotOnlyBefore *hooks

//go:linkname slotAfterOnly example.com/semantics/target.otelHf_AfterOnly
var slotAfterOnly *hooks

//go:linkname slotLoop example.com/semantics/target.otelHf_Loop
var slotLoop *hooks

//go:linkname slotSignature example.com/semantics/target.otelHf_Signature
var slotSignature *hooks

//go:linkname slotKeeps example.com/semantics/target.otelHf_Keeps
var slotKeeps *hooks

//go:linkname slotStores example.com/semantics/target.otelHf_Stores
var slotStores *hooks

//go:linkname slotDeepLoop example.com/semantics/target.otelHf_DeepLoop
var slotDeepLoop *hooks

var failures int

func check(what string, got, want any) {
	if !reflect.DeepEqual(got, want) {
		failures++
		fmt.Printf("%s: got %v, want %v\n", what, got, want)
	}
}

func pair(a, b any) []any { return []any{a, b} }

// with sets a slot while f runs; atomically, as the SDK does it.
func with(slot **hooks, before, after func(hook.Context), f func()) {
	p := (*unsafe.Pointer)(unsafe.Pointer(slot))
	atomic.StorePointer(p, unsafe.Pointer(&hooks{Before: before, After: after}))
	defer atomic.StorePointer(p, nil)
	f()
}

type report struct {
	kind    int
	fn, pkg string
	v       any
}

var reports []report

func none(hook.Context) {}

func shapes() {
	const pkg = "example.com/semantics/target"
	var params, results []any
	var name string
	see := func(c hook.Context) {
		params, results = nil, nil
		for i := 0; i < c.NumParams(); i++ {
			params = append(params, c.GetParam(i))
		}
		for i := 0; i < c.NumReturnVals(); i++ {
			results = append(results, c.GetReturnVal(i))
		}
		name = c.GetFuncName()
		check("package", c.GetPackageName(), pkg)
	}
	all := func(what string, slot **hooks, f func(), wantName string, wantParams, wantResults []any) {
		with(slot, none, see, f)
		check(what+" name", name, wantName)
		check(what+" params", params, wantParams)
		check(what+" results", results, wantResults)
		name = ""
	}
	all("plain", &slotPlain, func() { target.Plain(1, "ab") }, "Plain", []any{1, "ab"}, []any{3, nil})
	all("unnamed", &slotUnnamed, func() { target.Unnamed(1, "ab") }, "Unnamed", []any{1, "ab"}, []any{1})
	all("blank", &slotBlank, func() { target.Blank(1, "ab") }, "Blank", []any{1, "ab"}, []any{"ab", true})
	all("grouped", &slotGrouped, func() { target.Grouped(1, 2, "c", "d") }, "Grouped", []any{1, 2, "c", "d"}, []any{2, 1, "dc"})
	all("variadic", &slotVariadic, func() { target.Variadic("f", 1, "x") }, "Variadic", []any{"f", []any{1, "x"}}, []any{2})
	all("nothing", &slotNothing, func() { target.Nothing() }, "Nothing", nil, nil)
	t := &target.T{N: 1}
	all("pointer", &slotPointer, func() { t.Pointer(2) }, "(*T).Pointer", []any{t, 2}, []any{t})
	all("value", &slotValue, func() { t.Value(2) }, "T.Value", []any{target.T{N: 3}, 2}, []any{5})
	all("unnamed receiver", &slotUnnamedReceiver, func() { t.UnnamedReceiver() }, "(*T).UnnamedReceiver", []any{t}, []any{7})
	all("blank receiver", &slotBlankReceiver, func() { t.BlankReceiver() }, "T.BlankReceiver", []any{target.T{N: 3}}, []any{8})
	p := &target.Pair[string, int]{Value: 4}
	all("generic method", &slotSet, func() { p.Set("k", 5) }, "(*Pair).Set", []any{p, "k", 5}, []any{4})
	all("generic blank", &slotGet, func() { p.Get() }, "Pair.Get", []any{*p}, []any{5})
	q := &target.Pair[int, []string]{}
	all("generic method, other instance", &slotSet, func() { q.Set(1, []string{"x"}) }, "(*Pair).Set", []any{q, 1, []string{"x"}}, []any{[]string(nil)})
	all("generic function", &slotMap, func() { target.Map(map[string]int{"a": 1}, "a") }, "Map", []any{map[string]int{"a": 1}, "a"}, []any{1, true})
	all("shadow", &slotShadow, func() { target.Shadow(1, "x", true, nil) }, "Shadow", []any{1, "x", true, nil}, []any{1, true})
	all("loop", &slotLoop, func() { check("loop", target.Loop(3), 3) }, "Loop", []any{3}, []any{3})
	all("after only", &slotAfterOnly, func() { target.AfterOnly(3) }, "AfterOnly", []any{3}, []any{4})
	with(&slotSignature, see, nil, func() { target.Signature(nil, nil, nil, struct{ A, B int }{1, 2}, [3]byte{}, nil) })
	check("signature", params[3], struct{ A, B int }{1, 2})
}

func changes() {
	with(&slotPlain, func(c hook.Context) {
		c.SetParam(0, 10)
		c.SetParam(1, nil)
	}, func(c hook.Context) {
		c.SetReturnVal(1, os.ErrClosed)
	}, func() {
		n, err := target.Plain(1, "ab")
		check("changed", pair(n, err), pair(10, os.ErrClosed))
	})
	with(&slotNamed, nil, func(c hook.Context) {
		check("named error", c.GetReturnVal(1).(error).Error(), "negative")
		c.SetReturnVal(1, nil)
	}, func() {
		n, err := target.Named(-1)
		check("error removed", pair(n, err), pair(-1, nil))
	})
	with(&slotClosure, func(c hook.Context) { c.SetParam(0, 40) }, nil, func() {
		f, _ := target.Closure(1, "ab")
		check("captured parameter", f(), 42)
	})
	with(&slotVariadic, func(c hook.Context) { c.SetParam(1, []any{1, 2, 3}) }, nil, func() {
		check("variadic", target.Variadic("f"), 3)
	})
	with(&slotPointer, func(c hook.Context) { c.SetParam(0, &target.T{N: 100}) }, nil, func() {
		check("receiver", (&target.T{N: 1}).Pointer(1).N, 101)
	})
	with(&slotOnlyBefore, func(c hook.Context) { c.SetParam(0, 9) }, nil, func() {
		n, s := target.OnlyBefore(1)
		check("before only", pair(n, s), pair(9, "only"))
	})
}

func skip() {
	ran := false
	with(&slotPlain, func(c hook.Context) {
		c.SetReturnVal(0, 77)
		c.SetSkipCall(true)
		check("skip", c.IsSkipCall(), true)
	}, func(c hook.Context) {
		ran = true
		check("skipped result", c.GetReturnVal(0), 77)
		c.SetReturnVal(0, 78)
	}, func() {
		n, err := target.Plain(1, "ab")
		check("skipped", pair(n, err), pair(78, nil))
		check("after hook of a skipped call", ran, true)
	})
	with(&slotOnlyBefore, func(c hook.Context) {
		c.SetReturnVal(1, "instead")
		c.SetSkipCall(true)
	}, nil, func() {
		n, s := target.OnlyBefore(1)
		check("before only skipped", pair(n, s), pair(0, "instead"))
	})
	// Without it the target's results begin as they always do.
	with(&slotStores, func(c hook.Context) { c.SetReturnVal(0, 77) }, none, func() {
		n, err := target.Stores(nil)
		check("results of a call that is not skipped", pair(n, err), pair(0, nil))
	})
	before := target.Calls
	with(&slotNothing, func(c hook.Context) { c.SetSkipCall(true) }, nil, target.Nothing)
	check("nothing skipped", target.Calls, before)
}

func data() {
	with(&slotPlain, func(c hook.Context) {
		check("fresh data", c.GetData(), nil)
		check("fresh key", c.HasKeyData("k"), false)
		c.SetData(1)
		c.SetKeyData("k", 2)
		c.SetKeyData("k", 3)
		c.SetKeyData("nil", nil)
	}, func(c hook.Context) {
		check("data", c.GetData(), 1)
		check("key", c.GetKeyData("k"), 3)
		check("nil key", c.HasKeyData("nil"), true)
		check("no key", c.HasKeyData("x"), false)
	}, func() {
		target.Plain(1, "")
		target.Plain(2, "")
	})
}

func isolation() {
	reports = nil
	with(&slotPlain, func(c hook.Context) { panic("before") }, func(c hook.Context) { panic("after") }, func() {
		n, err := target.Plain(1, "ab")
		check("panicking hooks", pair(n, err), pair(3, nil))
	})
	with(&slotOnlyBefore, func(c hook.Context) { var m map[string]int; m["x"] = 1 }, nil, func() { target.OnlyBefore(1) })
	check("reports of panics", len(reports), 3)
	check("reported", reports[1], report{0, "Plain", "example.com/semantics/target", "after"})

	reports = nil
	with(&slotGrouped, func(c hook.Context) {
		for i := 0; i < 3; i++ {
			c.SetParam(0, "no int")
			c.SetParam(9, 1)
			c.SetReturnVal(-1, 1)
			check("no such parameter", c.GetParam(4), nil)
		}
	}, nil, func() {
		x, y, _ := target.Grouped(1, 2, "c", "d")
		check("wrong type changes nothing", pair(x, y), pair(2, 1))
	})
	check("misuse is reported once for each kind", len(reports), 2)
	check("type", reports[0].kind, 1)
	check("index", reports[1].kind, 2)
}

func retained() {
	var kept []hook.Context
	with(&slotPlain, func(c hook.Context) {
		c.SetData("mine")
		kept = append(kept, c)
	}, func(c hook.Context) {
		check("context of before and after", c, kept[len(kept)-1])
		check("only this call's", c.GetParam(0), len(kept))
	}, func() {
		target.Plain(1, "first")
		target.Plain(2, "second")
	})
	// A newer call uses the same record; the old context must not see it.
	with(&slotNamed, func(c hook.Context) {
		for _, k := range kept {
			check("retained", []any{k.GetFuncName(), k.GetData(), k.GetParam(0), k.NumParams()}, []any{"", nil, nil, 0})
			k.SetParam(0, 5)
			k.SetSkipCall(true)
		}
	}, nil, func() {
		n, _ := target.Named(1)
		check("retained contexts change nothing", n, 2)
	})
	with(&slotPlain, func(c hook.Context) {
		done := make(chan any)
		go func() { done <- c.GetParam(0) }()
		check("on another goroutine", <-done, nil)
	}, nil, func() { target.Plain(1, "") })
	check("context prints", fmt.Sprint(kept[0]) != "", true)
}

func nesting() {
	depth, most, calls := 0, 0, 0
	with(&slotRecursive, func(c hook.Context) {
		depth++
		calls++
		most = max(most, depth)
		c.SetData(c.GetParam(0))
		target.Recursive(3) // must not call hooks
	}, func(c hook.Context) {
		check("own data", c.GetData(), c.GetParam(0))
		check("own result", c.GetReturnVal(0), c.GetParam(0))
		depth--
	}, func() { check("recursive", target.Recursive(50), 50) })
	check("calls", pair(calls, most), pair(51, 51))

	// Nor on goroutines that a hook starts, and those that they start.
	calls = 0
	done := make(chan bool)
	with(&slotNothing, func(c hook.Context) {
		calls++
		go func() {
			target.Nothing()
			go func() { target.Nothing(); done <- true }()
		}()
		<-done
	}, nil, func() {
		target.Nothing()
		go func() { target.Nothing(); done <- true }()
		<-done
	})
	check("calls through goroutines", calls, 2)

	var outer hook.Context
	with(&slotUnwinds, func(c hook.Context) { outer = c }, nil, func() {
		with(&slotNothing, func(c hook.Context) {
			check("an outer call in progress", outer.GetFuncName(), "Unwinds")
		}, nil, func() {
			defer func() { recover() }()
			target.Unwinds(1)
		})
	})
}

func stacks() {
	for _, n := range []int{10, 1000, 20000} {
		done := make(chan bool)
		go func() {
			with(&slotDeep, func(c hook.Context) {
				c.SetParam(0, n)
				runtime.GC()
			}, func(c hook.Context) {
				runtime.GC()
				check("deep", pair(c.GetReturnVal(0), c.GetReturnVal(1)), pair(n, "done"))
				c.SetReturnVal(1, fmt.Sprint(n))
			}, func() {
				sum, s := target.Deep(0)
				check("deep result", pair(sum, s), pair(n, fmt.Sprint(n)))
			})
			close(done)
		}()
		<-done
	}
	// What keeps the frame is the deferred call, in whatever form.
	for _, n := range []int{10, 1000, 20000} {
		done := make(chan bool)
		move := func() {
			target.OnlyGrow(n)
			runtime.GC()
		}
		go func() {
			with(&slotDeepLoop, func(c hook.Context) {
				move()
				c.SetParam(1, n)
			}, func(c hook.Context) {
				move()
				check("deep loop", pair(c.GetReturnVal(1).(*target.T).N, c.GetParam(0).(*target.T).N), pair(n, -n))
				move()
				c.SetReturnVal(0, fmt.Sprint(n))
			}, func() {
				s, q := target.DeepLoop(&target.T{N: -n}, 0)
				check("deep loop result", pair(s, q.N), pair(fmt.Sprint(n), n))
			})
			close(done)
		}()
		<-done
	}
	// A hook may keep a parameter, whatever the caller thought of it.
	var kept []*target.T
	with(&slotKeeps, func(c hook.Context) { kept = append(kept, c.GetParam(0).(*target.T)) }, nil, func() {
		for i := 0; i < 100; i++ {
			func() {
				t := target.T{N: i}
				target.Keeps(&t)
			}()
		}
	})
	target.Recursive(1000)
	runtime.GC()
	for i, t := range kept {
		check("kept parameter", t.N, i)
	}
}

func panics() {
	type state struct {
		panicking bool
		value     any
	}
	var seen []state
	see := func(c hook.Context) { seen = append(seen, state{c.Panicking(), c.PanicValue()}) }
	expect := func(what string, slot **hooks, f func(), want ...state) {
		seen = nil
		with(slot, func(c hook.Context) { check(what+" before", c.Panicking(), false) }, see, f)
		check(what, seen, want)
	}
	catch := func(want any, f func()) func() {
		return func() {
			defer func() { check("panic goes on", recover(), want) }()
			f()
		}
	}
	expect("return", &slotPlain, func() { target.Plain(1, "") }, state{})
	expect("panic", &slotPanics, catch("x", func() { target.Panics("x") }), state{true, "x"})
	expect("recovered in the target", &slotRecovers, func() { check("recovered", target.Recovers("x"), 6) }, state{})
	expect("a call while another frame unwinds", &slotNothing, catch("x", func() { target.Unwinds("x") }), state{})
	expect("an outer frame", &slotUnwinds, catch("x", func() { target.Unwinds("x") }), state{true, "x"})
	expect("goexit", &slotExits, func() {
		done := make(chan bool)
		go func() {
			defer close(done)
			target.Exits()
		}()
		<-done
	}, state{})
	with(&slotPanics, nil, func(c hook.Context) {
		func() {
			defer func() {
				recover()
				check("within the hook's own panic", pair(c.Panicking(), c.PanicValue()), pair(true, "x"))
			}()
			panic("hook")
		}()
		check("after the hook's own panic", pair(c.Panicking(), c.PanicValue()), pair(true, "x"))
		panic("hook's last")
	}, catch("x", func() { target.Panics("x") }))
}

func goroutines() {
	api := hook.Runtime
	check("version", api.Version, 2)
	api.CtxSet("trace")
	got := make(chan any)
	go func() {
		go func() { got <- api.CtxGet() }()
	}()
	check("inherited", <-got, "trace")
	go func() {
		api.CtxSet("other")
		got <- nil
	}()
	<-got
	check("own", api.CtxGet(), "trace")
	api.CtxSet(nil)
	go func() { got <- api.CtxGet() }()
	check("cleared", <-got, nil)

	calls := 0
	with(&slotNothing, func(hook.Context) { calls++ }, nil, func() {
		check("suppress", api.Suppress(true), false)
		target.Nothing()
		done := make(chan bool)
		go func() { target.Nothing(); close(done) }()
		<-done
		check("suppressed", calls, 0)
		check("was suppressed", api.Suppress(false), true)
		target.Nothing()
		check("not suppressed", calls, 1)
	})

	var wg sync.WaitGroup
	var total atomic.Int64
	with(&slotPlain, func(c hook.Context) { c.SetData(c.GetParam(0)) }, func(c hook.Context) {
		if c.GetData() == c.GetParam(0) && c.GetReturnVal(0) == c.GetParam(0) {
			total.Add(1)
		}
	}, func() {
		for g := 0; g < 50; g++ {
			wg.Add(1)
			go func() {
				defer wg.Done()
				for i := 0; i < 200; i++ {
					target.Plain(i, "")
				}
			}()
		}
		wg.Wait()
	})
	check("calls of many goroutines", total.Load(), int64(10000))
}

// allocations counts what f allocates in 1000 runs.
func allocations(f func()) uint64 {
	var a, b runtime.MemStats
	f()
	runtime.ReadMemStats(&a)
	for i := 0; i < 1000; i++ {
		f()
	}
	runtime.ReadMemStats(&b)
	return (b.Mallocs - a.Mallocs) / 1000
}

func costs() {
	v := any("v")
	check("off", allocations(func() { target.Plain(1, "x") }), uint64(0))
	with(&slotPlain, none, none, func() {
		check("on", allocations(func() { target.Plain(1, "x") }), uint64(0))
	})
	with(&slotPlain, func(c hook.Context) { c.SetData(v) }, func(c hook.Context) { c.GetData() }, func() {
		check("with data", allocations(func() { target.Plain(1, "x") }), uint64(0))
	})
	p := &target.T{}
	check("stores", allocations(func() { target.Stores(p) }), uint64(0))
	with(&slotStores, none, none, func() {
		check("stores, on", allocations(func() { target.Stores(p) }), uint64(0))
	})
	// The closure itself; its captured parameters do not move to the heap.
	check("closure", allocations(func() { target.Closure(1, "x") }), uint64(1))
}

func main() {
	hook.Runtime.SetReporter(func(kind int, fn, pkg string, v any) {
		reports = append(reports, report{kind, fn, pkg, v})
	})
	shapes()
	changes()
	skip()
	data()
	isolation()
	retained()
	nesting()
	stacks()
	panics()
	goroutines()
	costs()
	if failures != 0 {
		os.Exit(1)
	}
	fmt.Println("all as it should be")
}
