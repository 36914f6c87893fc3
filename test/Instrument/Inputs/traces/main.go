// Panics as its argument asks, with hooks on where the build has them.
package main

import (
	"fmt"
	"os"
	"runtime/debug"
	_ "unsafe"

	"example.com/hook"
	"example.com/traces/target"
)

//go:linkname slotExplicit example.com/traces/target.otelHf_Explicit
var slotExplicit *hook.Hooks

//go:linkname slotNil example.com/traces/target.otelHm1_T_Nil
var slotNil *hook.Hooks

//go:linkname slotClosure example.com/traces/target.otelHf_Closure
var slotClosure *hook.Hooks

//go:linkname slotRepanic example.com/traces/target.otelHf_Repanic
var slotRepanic *hook.Hooks

//go:linkname slotRecovered example.com/traces/target.otelHf_Recovered
var slotRecovered *hook.Hooks

//go:linkname slotGeneric example.com/traces/target.otelHf_Generic
var slotGeneric *hook.Hooks

//go:linkname slotCallers example.com/traces/target.otelHf_Callers
var slotCallers *hook.Hooks

//go:linkname slotDeferred example.com/traces/target.otelHf_Deferred
var slotDeferred *hook.Hooks

//go:linkname slotGoroutine example.com/traces/target.otelHf_Goroutine
var slotGoroutine *hook.Hooks

//go:linkname slotExit example.com/traces/target.otelHf_Exit
var slotExit *hook.Hooks

//go:linkname slotDeep example.com/traces/target.otelHf_Deep
var slotDeep *hook.Hooks

//go:linkname slotOverflow example.com/traces/target.otelHf_Overflow
var slotOverflow *hook.Hooks

//go:linkname slotAsleep example.com/traces/target.otelHf_Asleep
var slotAsleep *hook.Hooks

//go:linkname slotWrite example.com/traces/target.otelHf_write
var slotWrite *hook.Hooks

//go:linkname slotMapWrites example.com/traces/target.otelHf_MapWrites
var slotMapWrites *hook.Hooks

//go:linkname slotNamed example.com/traces/target.otelHf_Named
var slotNamed *hook.Hooks

var calls int

func main() {
	hooks := &hook.Hooks{
		Before: func(hook.Context) { calls++ },
		After:  func(hook.Context) { calls++ },
	}
	if hook.Runtime != nil {
		for _, slot := range []**hook.Hooks{&slotExplicit, &slotNil, &slotClosure, &slotRepanic, &slotRecovered,
			&slotGeneric, &slotCallers, &slotDeferred, &slotGoroutine, &slotExit,
			&slotDeep, &slotOverflow, &slotAsleep, &slotWrite, &slotMapWrites, &slotNamed} {
			*slot = hooks
		}
		target.Explicit(0, "")
		if calls != 2 {
			fmt.Println("hooks do not run")
		}
	}
	switch os.Args[1] {
	case "explicit":
		target.Explicit(1, "message")
	case "nil":
		(&target.T{}).Nil(1)
	case "closure":
		target.Closure([]int{1}, 5)
	case "repanic":
		target.Repanic("message")
	case "recovered":
		target.Recovered()
	case "generic":
		target.Generic(map[string]int(nil), "k", 1)
	case "callers":
		fmt.Println(target.Callers())
	case "deferred":
		target.Deferred()
	case "goroutine":
		target.Goroutine()
	case "deep":
		target.Deep(300)
	case "overflow":
		debug.SetMaxStack(1 << 20)
		target.Overflow(1)
	case "asleep":
		target.Asleep()
	case "mapwrites":
		target.MapWrites()
	case "named":
		target.Named()
	case "exit":
		target.Exit()
	}
}
