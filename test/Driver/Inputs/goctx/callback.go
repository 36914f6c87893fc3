package main

/*
#cgo LDFLAGS: -lpthread
extern void onThread(int n);
extern void onThisThread(int n);
*/
import "C"

import "example.com/goctx/hooks"

// callbacks: a function that C calls has the context of the goroutine that
// called C, or none on a thread that C made, whatever an earlier such thread
// has left there.
func callbacks() {
	for i := range 20 {
		C.onThread(C.int(i))
	}
	hooks.Set("caller")
	C.onThisThread(100)
	expect("after a callback", "called")
	hooks.Set(nil)
}

//export goCallback
func goCallback(n C.int) {
	switch {
	case n < 100:
		expect("on a thread of C", nil)
		hooks.Set(int(n))
		C.onThisThread(200 + n) // back to Go on the same thread
		expect("on a thread of C, later", int(n))
	case n == 100:
		expect("in a callback", "caller")
		hooks.Set("called")
	default:
		expect("in a callback within one", int(n-200))
	}
}
