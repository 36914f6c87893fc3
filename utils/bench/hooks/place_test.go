package bench

import "os"

// at calls f from one of eight places of the stack, which BENCH_PLACE names, each
// a word further from the lines of the cache.
func at(f func(n int), n int) {
	p := os.Getenv("BENCH_PLACE")
	if p == "" {
		p = "0"
	}
	places[p[0]-'0'](f, n)
}

var places = [8]func(func(int), int){place0, place1, place2, place3, place4, place5, place6, place7}

//go:noinline
func use(*uint64) {}

//go:noinline
func place0(f func(int), n int) { f(n) }

//go:noinline
func place1(f func(int), n int) {
	var pad [1]uint64
	use(&pad[0])
	f(n)
}

//go:noinline
func place2(f func(int), n int) {
	var pad [2]uint64
	use(&pad[0])
	f(n)
}

//go:noinline
func place3(f func(int), n int) {
	var pad [3]uint64
	use(&pad[0])
	f(n)
}

//go:noinline
func place4(f func(int), n int) {
	var pad [4]uint64
	use(&pad[0])
	f(n)
}

//go:noinline
func place5(f func(int), n int) {
	var pad [5]uint64
	use(&pad[0])
	f(n)
}

//go:noinline
func place6(f func(int), n int) {
	var pad [6]uint64
	use(&pad[0])
	f(n)
}

//go:noinline
func place7(f func(int), n int) {
	var pad [7]uint64
	use(&pad[0])
	f(n)
}
