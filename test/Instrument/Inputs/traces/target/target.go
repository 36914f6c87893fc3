// Package target panics in all ways.
package target

import (
	"errors"
	"fmt"
	"runtime"
)

type T struct{ next *T }

func Explicit(a int, s string) (int, error) { if a > 0 { panic(s) }; return a, nil }

func (t *T) Nil(int) *T {
	return t.next.next.next
}

//go:noinline
func Closure(a []int, i int) (n int) {
	f := func() int {
		return a[i]
	}
	return func() int { return f() }()
}

func Repanic(s string) {
	defer func() {
		panic(fmt.Sprint("again: ", recover()))
	}()
	Explicit(1, s)
}

func Recovered() (err error) {
	defer func() {
		if e := recover(); e != nil {
			err = fmt.Errorf("recovered: %v", e)
			panic(errors.New("later"))
		}
	}()
	Explicit(1, "first")
	return nil
}

func Generic[K comparable, V any](m map[K]V, k K, v V) V {
	m[k] = v
	return m[k]
}

func Callers() string {
	var out string
	for skip := 0; ; skip++ {
		pc, file, line, ok := runtime.Caller(skip)
		if !ok {
			return out
		}
		out += fmt.Sprintln(file, line, runtime.FuncForPC(pc).Name())
	}
}

func Deferred() {
	defer Explicit(1, "deferred")
	defer func() { runtime.Gosched() }()
}

func Goroutine() {
	done := make(chan bool)
	go Explicit(1, "goroutine")
	<-done
}

func Exit() { runtime.Goexit() }

func Deep(n int) int {
	if n == 0 {
		panic("deep")
	}
	return Deep(n-1) + 1
}

func Overflow(n int) int { return Overflow(n+1) + 1 }

func Asleep() { <-make(chan int) }

// MapWrites ends by a fatal error, which no deferred function sees. Either
// goroutine may find the other; their traces are the same.
func MapWrites() {
	m := map[int]int{}
	for range 2 {
		go write(m)
	}
	select {}
}

func write(m map[int]int) {
	for i := 0; ; i = (i + 1) % 1024 {
		m[i]++
	}
}

// Named tells the names of closures, as profiles and traces know them.
func Named() {
	var names []string
	say := func() {
		pc, _, _, _ := runtime.Caller(1)
		names = append(names, runtime.FuncForPC(pc).Name())
	}
	func() { say(); func() { say() }() }()
	defer func() { panic(fmt.Sprint(names)) }()
	defer func() { say() }()
	for range 2 {
		func() { say() }()
	}
}
