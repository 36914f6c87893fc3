// Package hooks has hooks that look at what hooks may rely on.
package hooks

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"example.com/programs/hooked/lib"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook"
)

// SetEnabled is hook.SetEnabled, for a main package that does not know of the SDK.
func SetEnabled(name string, on bool) bool { return hook.SetEnabled(name, on) }

// Torn counts after hooks that run without their before hook, or with another's.
var Torn atomic.Int64

func pair(c hook.Context, name string) {
	if c.GetData() != name {
		Torn.Add(1)
	}
}

func BeforeDouble(c hook.Context) { c.SetData("double") }
func AfterDouble(c hook.Context) {
	pair(c, "double")
	c.SetReturnVal(0, 2*c.GetReturnVal(0).(int))
}

func BeforeTen(c hook.Context) { c.SetData("ten") }
func AfterTen(c hook.Context) {
	pair(c, "ten")
	c.SetReturnVal(0, 10+c.GetReturnVal(0).(int))
}

// Runs counts runs of the hooks on Work.
var Runs atomic.Int64

// BeforeWork calls what it hooks, itself and through other goroutines.
func BeforeWork(hook.Context) {
	Runs.Add(1)
	lib.Work()
	var wg sync.WaitGroup
	for range 2 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			lib.Work()
			wg.Add(1)
			go func() { defer wg.Done(); lib.Work() }()
		}()
	}
	wg.Wait()
}
func AfterWork(c hook.Context) { BeforeWork(c) }

func BeforeHalf(c hook.Context) {
	c.SetParam(0, "no number") // changes nothing
	c.SetParam(0, int64(1))
	c.SetParam(7, 1)
	c.SetParam(1, nil) // the zero value
	c.SetParam(2, nil)
}
func AfterHalf(c hook.Context) {
	fmt.Printf("half of %v %q %v\n", c.GetParam(0), c.GetParam(1), c.GetParam(2))
	c.SetReturnVal(1, 3)
	c.SetReturnVal(2, nil)
	c.SetReturnVal(0, nil)
}

func BeforeOther(c hook.Context) { c.SetParam(0, "no number") }

func AfterFails(c hook.Context) {
	fmt.Println("after", c.Panicking(), c.PanicValue(), recover())
	if errors.Is(c.PanicValue().(error), errors.ErrUnsupported) {
		panic("of the hook")
	}
}

// Requests counts calls of (*http.Transport).RoundTrip and writes to sockets.
var Requests, Writes atomic.Int64

func BeforeRoundTrip(hook.Context) { Requests.Add(1) }
func BeforeWrite(hook.Context)     { Writes.Add(1) }
