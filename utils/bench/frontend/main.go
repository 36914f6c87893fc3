// Command frontend-bench measures Go's own front ends on a list of files, on
// one thread, from bytes in memory: go/scanner, go/parser, dave/dst, and (when
// the run script has copied it in) the compiler's syntax package.
//
// It prints one line for each: name, MB/s of source (CPU time, best of the rounds), and
// the live heap bytes that the finished trees keep for each byte of source.
package main

import (
	"bufio"
	"bytes"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/printer"
	"go/scanner"
	"go/token"
	"os"
	"runtime"
	"runtime/debug"
	"syscall"
	"time"

	"github.com/dave/dst/decorator"
)

type file struct {
	name string
	src  []byte
}

// A contender turns one file into something that is kept, so that the memory
// of the finished trees can be seen.
type contender struct {
	name string
	run  func(f file) any
}

var contenders = []contender{
	{"go/scanner", func(f file) any {
		fset := token.NewFileSet()
		var s scanner.Scanner
		s.Init(fset.AddFile(f.name, -1, len(f.src)), f.src, nil, scanner.ScanComments)
		for {
			if _, tok, _ := s.Scan(); tok == token.EOF {
				return nil
			}
		}
	}},
	{"go/parser", func(f file) any {
		fset := token.NewFileSet()
		tree, err := parser.ParseFile(fset, f.name, f.src, parser.ParseComments|parser.SkipObjectResolution)
		check(err)
		return []any{fset, tree}
	}},
	{"go/parser+go/printer", func(f file) any {
		fset := token.NewFileSet()
		tree, err := parser.ParseFile(fset, f.name, f.src, parser.ParseComments|parser.SkipObjectResolution)
		check(err)
		// Give every function a call, as an instrumentation does.
		for _, d := range tree.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Body != nil {
				call := &ast.ExprStmt{X: &ast.CallExpr{Fun: ast.NewIdent("hook")}}
				fn.Body.List = append([]ast.Stmt{call}, fn.Body.List...)
			}
		}
		var out bytes.Buffer
		check(printer.Fprint(&out, fset, tree))
		return nil
	}},
	{"dave/dst", func(f file) any {
		tree, err := decorator.Parse(f.src)
		check(err)
		return tree
	}},
	{"dave/dst+print", func(f file) any {
		tree, err := decorator.Parse(f.src)
		check(err)
		var out bytes.Buffer
		check(decorator.Fprint(&out, tree))
		return nil
	}},
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "frontend-bench:", err)
		os.Exit(1)
	}
}

// cpuTime is the process's: others on the machine do not count, the garbage
// collector does.
func cpuTime() time.Duration {
	var u syscall.Rusage
	check(syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func liveHeap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func main() {
	list := flag.String("list", "", "file that lists the files to read")
	rounds := flag.Int("rounds", 3, "rounds; the best counts")
	only := flag.String("only", "", "just this one")
	slow := flag.Int("slow", 8, "the slow ones read every Nth file")
	flag.Parse()
	runtime.GOMAXPROCS(1)

	in, err := os.Open(*list)
	check(err)
	var files []file
	for lines := bufio.NewScanner(in); lines.Scan(); {
		src, err := os.ReadFile(lines.Text())
		check(err)
		files = append(files, file{lines.Text(), src})
	}
	for _, c := range contenders {
		if *only != "" && *only != c.name {
			continue
		}
		chosen := files
		if len(c.name) > 4 && c.name[:4] == "dave" {
			chosen = nil
			for i := 0; i < len(files); i += *slow {
				chosen = append(chosen, files[i])
			}
		}
		var size int
		for _, f := range chosen {
			size += len(f.src)
		}
		best := time.Duration(1 << 62)
		for range *rounds {
			start := cpuTime()
			for _, f := range chosen {
				c.run(f)
			}
			best = min(best, cpuTime()-start)
		}
		debug.SetGCPercent(100)
		before := liveHeap()
		kept := make([]any, 0, len(chosen))
		for _, f := range chosen {
			kept = append(kept, c.run(f))
		}
		after := liveHeap()
		runtime.KeepAlive(kept)
		runtime.KeepAlive(chosen)
		fmt.Printf("%s\t%.1f\t%.2f\n", c.name, float64(size)/1e6/best.Seconds(),
			(float64(after)-float64(before))/float64(size))
	}
}
