// Command conformance compares what otel-rewrite --dump-facts says of Go files
// with what Go's own packages say: tokens, functions, literals, types, imports
// and the positions of all nodes, computed with go/scanner, go/parser and go/ast.
//
//	conformance -tool build/bin/otel-rewrite [FILE|DIR]...
//
// Without arguments it takes every .go file of GOROOT/src outside testdata.
// The last line is `N passed, N failed`; the exit status is 1 when a file
// failed. utils/verdicts is the counterpart for files that are rejected.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
)

var (
	tool    = flag.String("tool", "otel-rewrite", "the otel-rewrite to test")
	verbose = flag.Int("v", 20, "differences to print")
)

func main() {
	flag.Parse()
	good, err := checkFacts(flag.Args())
	if err != nil {
		fmt.Fprintln(os.Stderr, "conformance:", err)
		os.Exit(2)
	}
	if !good {
		os.Exit(1)
	}
}

func goroot() (string, error) {
	out, err := exec.Command("go", "env", "GOROOT").Output()
	return strings.TrimSpace(string(out)), err
}

// listFiles expands directories to the .go files below them; skip tells which
// directories to leave out.
func listFiles(roots []string, skip func(name string) bool) ([]string, error) {
	var files []string
	for _, root := range roots {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if d.IsDir() {
				if path != root && skip(d.Name()) {
					return filepath.SkipDir
				}
				return nil
			}
			if d.Type().IsRegular() && (strings.HasSuffix(path, ".go") || path == root) {
				files = append(files, path)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return files, nil
}

// toolFacts runs --dump-facts over files and calls f with each line's facts, in
// order.
func toolFacts(files []string, f func(i int, facts *Facts)) error {
	list, err := os.CreateTemp("", "conformance-*.list")
	if err != nil {
		return err
	}
	defer os.Remove(list.Name())
	if _, err := io.WriteString(list, strings.Join(files, "\n")+"\n"); err != nil {
		return err
	}
	if err := list.Close(); err != nil {
		return err
	}
	cmd := exec.Command(*tool, "--dump-facts", "@"+list.Name())
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	lines := bufio.NewReaderSize(out, 1<<20)
	n := 0
	for {
		line, err := lines.ReadBytes('\n')
		if err == io.EOF && len(line) == 0 {
			break
		}
		if err != nil {
			return fmt.Errorf("reading facts: %w", err)
		}
		var facts Facts
		if err := json.Unmarshal(line, &facts); err != nil {
			return fmt.Errorf("facts of %s: %w", files[min(n, len(files)-1)], err)
		}
		if n >= len(files) || facts.Path != files[n] {
			return fmt.Errorf("unexpected facts of %s", facts.Path)
		}
		f(n, &facts)
		n++
	}
	if err := cmd.Wait(); err != nil {
		return err
	}
	if n != len(files) {
		return fmt.Errorf("facts of %d files, not of %d", n, len(files))
	}
	return nil
}

// parallel calls f for 0 to n-1 from several goroutines.
func parallel(n int, f func(i int)) {
	var wg sync.WaitGroup
	next := make(chan int)
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for i := range next {
				f(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	wg.Wait()
}
