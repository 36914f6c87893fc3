// Command crashes panics in what a rule of the kind that it is called with has
// put into it, or in its own code beside that. Where the trace must point is
// marked.
package main

import (
	"os"
	"strings"
)

type owned struct{ name string }

type options struct {
	name string
	size int
}

var limit = first( // want assign_value
	3,
)

var broken = first(
	index(os.Args, 1), // want assign_value-inside
)

func first(n int) int { return n }

func index(words []string, n int) int {
	if len(words) > n && words[n] == "assign_value-inside" {
		return len(words[7]) // want assign_value-inside
	}
	return n
}

func main() {
	run := map[string]func(){
		"inject_code":      func() { atEntry("a") },       // want inject_code
		"inject_code-own":  func() { atEntry("") },        // want inject_code-own
		"inject_code-stmt": func() { _ = atStatement(3) }, // want inject_code-stmt
		"expand_directive": below,
		"wrap_call":        calls,
		"wrap_call-inside": calls,
		"wrap_call-long": func() {
			println(one()) // want wrap_call-long
		},
		"set_fields": literal,
		"add_struct_fields": func() {
			var a, b any = owned{}, owned{}
			println(a == b) // want add_struct_fields
		},
		"add_file":     func() { useFile() },     // want add_file
		"measure":      func() { measured(nil) }, // want measure
		"inject_hooks": func() { hooked(nil) },   // want inject_hooks
	}
	if len(os.Args) > 1 {
		run[os.Args[1]]() // want main
	}
	println(limit, broken)
}

func atEntry(word string) int { // want inject_code
	if word == "" {
		return len(os.Args[len(word)+7]) // want inject_code-own
	}
	return 1
}

func atStatement(n int) int {
	sum := 0
	for i := range n {
		sum += i
	}
	return sum // want inject_code-stmt
}

//crash:here text:below
func below() { // want expand_directive
	println("not reached")
}

func calls() {
	if os.Args[1] == "wrap_call-inside" {
		strings.Repeat("a", -1) // want wrap_call-inside
	}
	x := "a" +
		strings.Repeat("b", 2) // want wrap_call
	println(x)
}

var nothing *options

func one() int { return 1 }

func both(text string, n int) int { return len(text) + n }

func literal() {
	o := options{name: "n", // want set_fields
		size: len(os.Args),
	}
	println(o.name, o.size)
}

func useFile() {} // want add_file

func measured(p *options) {
	p.size++ // want measure
}

func hooked(p *options) {
	p.size++ // want inject_hooks
}
