// Command goctx checks the context of goroutines in an instrumented program:
//
//	goctx DURATION    checks, and starts and ends goroutines for so long
package main

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"example.com/goctx/hooks"
	"example.com/goctx/pool"
)

var failed atomic.Bool

func expect(where string, want any) {
	if got := hooks.Get(); got != want {
		failed.Store(true)
		fmt.Printf("%s: context %v, want %v\n", where, got, want)
	}
}

func main() {
	duration, err := time.ParseDuration(os.Args[1])
	if err != nil || !hooks.Present() {
		fmt.Println("no context:", err)
		os.Exit(1)
	}
	inherit()
	callbacks()
	suppress()
	churn(duration)
	if failed.Load() {
		os.Exit(1)
	}
	fmt.Println(runtime.Version(), "ok")
}

// inherit: go statements hand the context on; nothing is left of it in
// goroutines that are started afterwards, which are the same ones to the runtime.
func inherit() {
	for i := range 200 {
		var wg sync.WaitGroup
		pool.Serve(i, func() {
			expect("in a request", i)
			for range 8 {
				wg.Add(1)
				go func() {
					defer wg.Done()
					expect("in its goroutine", i)
					wg.Add(1)
					go func() {
						defer wg.Done()
						expect("in its goroutine's goroutine", i)
						hooks.Set("own")
						if i%2 == 0 {
							runtime.Goexit()
						}
					}()
				}()
			}
			time.AfterFunc(0, func() { expect("in a timer", nil) })
		})
		expect("after a request", nil)
		wg.Wait()
		for range 16 {
			wg.Add(1)
			go func() { defer wg.Done(); expect("in a fresh goroutine", nil) }()
		}
		wg.Wait()
	}
	if n := hooks.Calls.Load(); n != 400 {
		failed.Store(true)
		fmt.Println("hooks ran", n, "times")
	}
}

// suppress: hooks are off on the goroutine and on those it starts.
func suppress() {
	before := hooks.Calls.Load()
	hooks.Suppress(true)
	done := make(chan bool)
	go func() { pool.Serve(1, func() {}); close(done) }()
	<-done
	hooks.Suppress(false)
	if hooks.Calls.Load() != before {
		failed.Store(true)
		fmt.Println("a hook ran on a goroutine that suppresses them")
	}
}

type request struct{ data [4096]byte }

// churn: what requests leave behind does not grow. Their contexts are freed,
// although goroutines that worked for them live on.
func churn(d time.Duration) {
	var made, freed atomic.Int64
	type job struct {
		r    *request
		done *sync.WaitGroup
	}
	jobs := make(chan job)
	for range 16 { // pooled
		go func() {
			for j := range jobs {
				pool.Serve(j.r, func() { expect("in a pooled goroutine", any(j.r)) })
				expect("between requests", nil)
				j.r = nil
				j.done.Done()
			}
		}()
	}
	round := func() {
		var wg sync.WaitGroup
		for range 100 {
			r := new(request)
			made.Add(1)
			runtime.SetFinalizer(r, func(*request) { freed.Add(1) })
			wg.Add(2)
			jobs <- job{r, &wg}
			go func() {
				defer wg.Done()
				pool.Serve(r, func() {
					wg.Add(1)
					go func() { defer wg.Done(); expect("in a goroutine of a goroutine", any(r)) }()
				})
			}()
		}
		wg.Wait()
	}
	type state struct {
		heap, objects uint64
		stacks        uint64
		resident      string
		goroutines    int
		kept          int64 // requests that a context still holds
	}
	settled := func() state {
		var m runtime.MemStats
		for range 20 {
			runtime.GC()
			time.Sleep(20 * time.Millisecond) // finalizers
			if made.Load()-freed.Load() <= 20 {
				break
			}
		}
		runtime.GC()
		runtime.ReadMemStats(&m)
		return state{m.HeapAlloc, m.HeapObjects, m.StackInuse, resident(), runtime.NumGoroutine(), made.Load() - freed.Load()}
	}
	for range 20 {
		round()
	}
	first := settled()
	for end := time.Now().Add(d); time.Now().Before(end); {
		round()
	}
	last := settled()
	fmt.Printf("churn of %s: %d requests, %d goroutines started and ended\n", d, made.Load(), 2*made.Load())
	show := func(when string, s state) {
		fmt.Printf("%s: heap %d bytes in %d objects, stacks %d, resident %s, %d goroutines, %d requests kept\n",
			when, s.heap, s.objects, s.stacks, s.resident, s.goroutines, s.kept)
	}
	show("before", first)
	show("after", last)
	// A worker's last job may still be in its variable.
	if last.kept > 20 {
		failed.Store(true)
		fmt.Println("contexts of", last.kept, "of", made.Load(), "requests are kept")
	}
	if last.heap > first.heap+1<<20 {
		failed.Store(true)
		fmt.Println("the heap grew from", first.heap, "to", last.heap, "bytes")
	}
	if last.goroutines > first.goroutines {
		failed.Store(true)
		fmt.Println("there were", first.goroutines, "goroutines and are", last.goroutines)
	}
	close(jobs)
}

// resident is what the process occupies in memory, where Linux says so.
func resident() string {
	text, err := os.ReadFile("/proc/self/status")
	_, size, ok := strings.Cut(string(text), "VmRSS:")
	if err != nil || !ok {
		return "unknown"
	}
	size, _, _ = strings.Cut(size, "\n")
	return strings.TrimSpace(size)
}
