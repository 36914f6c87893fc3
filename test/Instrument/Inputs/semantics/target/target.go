// Package target has a function of every shape.
package target

import (
	"errors"
	"runtime"
)

type T struct{ N int }

func Plain(a int, s string) (int, error) { return a + len(s), nil }

func Named(a int) (n int, err error) {
	n = a
	if a < 0 {
		err = errors.New("negative")
		return
	}
	return n * 2, nil
}

func Unnamed(int, string) int { return 1 }

func Blank(_ int, s string) (_ string, ok bool) { return s, true }

func Grouped(a, b int, c, d string) (x, y int, z string) { return b, a, d + c }

func Variadic(format string, args ...any) int { return len(args) }

func Nothing() { Calls++ }

var Calls int

func (t *T) Pointer(by int) *T  { t.N += by; return t }
func (t T) Value(by int) int    { return t.N + by }
func (*T) UnnamedReceiver() int { return 7 }
func (_ T) BlankReceiver() int  { return 8 }

type Pair[K comparable, V any] struct {
	Key   K
	Value V
}

func (p *Pair[K, V]) Set(k K, v V) (old V) {
	old = p.Value
	p.Key, p.Value = k, v
	return old
}
func (p Pair[_, V]) Get() V { return p.Value }

func Map[K comparable, V any](m map[K]V, k K) (V, bool) {
	v, ok := m[k]
	return v, ok
}

func Closure(a int, s string) (func() int, string) {
	f := func() int { return a + len(s) }
	return f, s
}

// Shadow hides predeclared names with its parameters.
func Shadow(string int, len string, nil bool, any error) (int, bool) {
	return string, nil
}

func Recursive(n int) int {
	if n == 0 {
		return 0
	}
	return 1 + Recursive(n-1)
}

// Deep moves the stack while its own frame is in use.
func Deep(n int) (sum int, s string) {
	s = grow(n)
	runtime.GC()
	return n, s
}

//go:noinline
func grow(n int) string {
	var pad [256]byte
	pad[n%256] = 'x'
	if n == 0 {
		return "done"
	}
	return grow(n-1) + string(pad[:0])
}

func Panics(v any) (n int) {
	n = 5
	panic(v)
}

func Recovers(v any) (n int) {
	defer func() {
		if recover() != nil {
			n = 6
		}
	}()
	panic(v)
}

func Exits() { runtime.Goexit() }

// Unwinds calls another target while a panic unwinds its frame.
func Unwinds(v any) {
	defer Nothing()
	panic(v)
}

func OnlyBefore(a int) (int, string) { return a, "only" }

func AfterOnly(a int) int { return a + 1 }

func Loop(n int) (s int) {
	for i := 0; i < n; i++ {
		defer func() { s++ }()
	}
	return 0
}

func Signature(f func(a int) (b string), c chan<- int, m map[string][]*T, st struct {
	A, B int // of a struct
}, arr [3]byte, i interface{ M() }) (func(...int) error, struct{}) {
	return func(...int) error { return nil }, struct{}{}
}

func Keeps(p *T) int { return p.N }

var Stored *T

// Stores keeps its parameter; its results stay on the stack.
func Stores(p *T) (n int, err error) {
	Stored = p
	return
}

// DeepLoop has deferred calls in records of package runtime's.
func DeepLoop(p *T, n int) (s string, q *T) {
	for i := 0; i < 2; i++ {
		defer func() { s += "." }()
	}
	return "loop", &T{N: n}
}

// Only a hook calls it: OnlyGrow moves the stack.
func OnlyGrow(n int) { grow(n) }
