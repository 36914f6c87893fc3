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

var places = [8]func(func(int), int){
	place[[0]uint64], place[[1]uint64], place[[2]uint64], place[[3]uint64],
	place[[4]uint64], place[[5]uint64], place[[6]uint64], place[[7]uint64],
}

// place has a frame that is larger by a Pad.
//
//go:noinline
func place[Pad any](f func(int), n int) {
	var pad Pad
	use(&pad)
	f(n)
}

//go:noinline
func use[Pad any](*Pad) {}
