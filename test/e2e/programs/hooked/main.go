// Command hooked shows what its own hooks do, as its argument says.
package main

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"example.com/programs/hooked/hooks"
	"example.com/programs/hooked/lib"
)

func main() {
	switch os.Args[1] {
	case "add":
		fmt.Println(lib.Add(1, 2))
	case "switch":
		switches()
	case "flip":
		flip()
	case "work":
		lib.Work()
		done := make(chan bool)
		go func() { lib.Work(); close(done) }()
		<-done
		fmt.Println(hooks.Runs.Load(), "runs")
	case "misuse":
		for range 3 {
			fmt.Println(lib.Half(8, "text", io.EOF))
			fmt.Println(lib.Other(5))
		}
	case "fails":
		for _, err := range []error{io.EOF, errors.ErrUnsupported} {
			func() {
				defer func() { fmt.Println("main recovers", recover()) }()
				lib.Fails(err)
			}()
		}
	case "export":
		export(os.Args[2])
	}
}

func switches() {
	for _, s := range []struct {
		name string
		on   bool
	}{{"double", false}, {"double", true}, {"first", false}, {"second", false}, {"double", false}, {"nobody", true}} {
		fmt.Println(s.name, s.on, hooks.SetEnabled(s.name, s.on), lib.Add(1, 2))
	}
}

// flip switches rules and libraries while many goroutines call the target: each
// call has both sides of a hook or none.
func flip() {
	var calls, flips sync.WaitGroup
	var stop atomic.Bool
	var seen [64]atomic.Int64
	for i := range 8 {
		flips.Add(1)
		go func() {
			defer flips.Done()
			name := []string{"double", "ten", "first", "second"}[i%4]
			for on := i < 4; !stop.Load(); on = !on {
				hooks.SetEnabled(name, on)
			}
		}()
	}
	for range 8 {
		calls.Add(1)
		go func() {
			defer calls.Done()
			for range 20000 {
				seen[lib.Add(1, 2)].Add(1)
			}
		}()
	}
	calls.Wait()
	stop.Store(true)
	flips.Wait()
	for n := range seen {
		if c := seen[n].Load(); c != 0 && n != 3 && n != 6 && n != 13 && n != 26 {
			fmt.Println(c, "calls gave", n)
		}
	}
	fmt.Println("torn", hooks.Torn.Load())
	hooks.SetEnabled("double", true)
	hooks.SetEnabled("ten", true)
	fmt.Println("on", lib.Add(1, 2))
	hooks.SetEnabled("double", false)
	hooks.SetEnabled("ten", false)
	fmt.Println("off", lib.Add(1, 2))
}

// export makes requests while the spans of earlier ones are sent.
func export(url string) {
	const n = 20
	for range n {
		r, err := http.Get(url)
		if err != nil {
			fmt.Println(err)
			return
		}
		r.Body.Close()
		time.Sleep(20 * time.Millisecond)
	}
	time.Sleep(200 * time.Millisecond)
	fmt.Println(hooks.Requests.Load() == n, hooks.Writes.Load() >= n, hooks.Writes.Load() < 2*n)
}
