// Command verdicts compares otel-rewrite's verdict on Go files with the
// compiler's own parser: accepted or not, and where and how the first error is
// reported.
//
// The run script copies cmd/compile/internal/syntax from the installed GOROOT
// into the package's folder `syntax` first; it is not part of this repository.
//
// Beside real files, mutations of them and random branches there are random lists
// of type parameters, of which the verdict and the line alone are compared.
//
// A file passes when both accept it, or when both reject it with the first
// error on the same line. Over all other rejected files the column must agree in 99 %
// and the words in 90 %: two more tests. The last line is `N passed, N failed`.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"go/scanner"
	"go/token"
	"io/fs"
	"math/rand"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sort"
	"strconv"
	"strings"

	"verdicts/syntax"
)

type verdict struct {
	accept    bool
	line, col int
	msg       string
}

type facts struct {
	Path   string
	Accept bool
	Err    struct {
		Line, Col int
		Msg       string
	}
}

func fatal(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "verdicts:", err)
		os.Exit(2)
	}
}

// reference asks the compiler's parser, with its branch checks. The go command
// sorts messages by position, so the first error is the one nearest the top.
func reference(name string, src []byte) verdict {
	v := verdict{accept: true}
	handle := func(err error) {
		e := err.(syntax.Error)
		line, col := int(e.Pos.Line()), int(e.Pos.Col())
		if v.accept || line < v.line || line == v.line && col < v.col {
			v = verdict{false, line, col, e.Msg}
		}
	}
	// Pragmas and line directives are read by the compiler's own handler; the
	// parser reports malformed line directives itself.
	syntax.Parse(syntax.NewFileBase(name), bytes.NewReader(src), handle, nil, syntax.CheckBranches)
	return v
}

// walk lists the .go files below dir, if it is there.
func walk(dir string) (files []string) {
	filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() && (strings.HasSuffix(path, ".go") || strings.HasSuffix(path, ".src")) {
			files = append(files, path)
		}
		return nil
	})
	return files
}

// quoted extracts the programs that Go's own tests hold as string literals.
func quoted(goroot, out string) (files []string) {
	for _, dir := range []string{"go/parser", "go/printer", "go/types", "go/ast", "go/format",
		"go/doc", "go/build", "cmd/compile/internal/syntax", "cmd/compile/internal/types2",
		"cmd/compile/internal/noder", "cmd/gofmt", "cmd/vet", "internal/types/errors"} {
		for _, path := range walk(filepath.Join(goroot, "src", dir)) {
			src, err := os.ReadFile(path)
			fatal(err)
			var s scanner.Scanner
			fset := token.NewFileSet()
			s.Init(fset.AddFile(path, -1, len(src)), src, func(token.Position, string) {}, 0)
			for {
				_, tok, lit := s.Scan()
				if tok == token.EOF {
					break
				}
				if tok != token.STRING {
					continue
				}
				text, err := strconv.Unquote(lit)
				if err != nil || !strings.Contains(text, "package ") {
					continue
				}
				name := filepath.Join(out, fmt.Sprintf("quoted%05d.go", len(files)))
				fatal(os.WriteFile(name, []byte(text), 0o644))
				files = append(files, name)
			}
		}
	}
	return files
}

// mutate writes count files, each a valid file of GOROOT/src with one token
// removed, doubled, replaced by another of the same file, or swapped with its
// neighbour.
func mutate(goroot, out string, count int, seed int64) (files []string) {
	rng := rand.New(rand.NewSource(seed))
	var valid []string
	for _, path := range walk(filepath.Join(goroot, "src")) {
		if info, err := os.Stat(path); err == nil && info.Size() < 64<<10 && !strings.Contains(path, "testdata") {
			valid = append(valid, path)
		}
	}
	type span struct{ from, to int }
	for len(files) < count {
		src, err := os.ReadFile(valid[rng.Intn(len(valid))])
		fatal(err)
		var spans []span
		var s scanner.Scanner
		fset := token.NewFileSet()
		file := fset.AddFile("", -1, len(src))
		s.Init(file, src, nil, 0)
		for {
			pos, tok, lit := s.Scan()
			if tok == token.EOF {
				break
			}
			if tok == token.SEMICOLON && lit == "\n" {
				continue
			}
			if lit == "" {
				lit = tok.String()
			}
			from := file.Offset(pos)
			spans = append(spans, span{from, from + len(lit)})
		}
		if len(spans) < 8 {
			continue
		}
		i := rng.Intn(len(spans) - 1)
		a, b, other := spans[i], spans[i+1], spans[rng.Intn(len(spans))]
		var text []byte
		switch rng.Intn(4) {
		case 0:
			text = slices(src[:a.from], src[a.to:])
		case 1:
			text = slices(src[:a.to], []byte(" "), src[a.from:a.to], src[a.to:])
		case 2:
			text = slices(src[:a.from], src[other.from:other.to], src[a.to:])
		case 3:
			text = slices(src[:a.from], src[b.from:b.to], src[a.to:b.from], src[a.from:a.to], src[b.to:])
		}
		name := filepath.Join(out, fmt.Sprintf("mutated%05d.go", len(files)))
		fatal(os.WriteFile(name, text, 0o644))
		files = append(files, name)
	}
	return files
}

// branches writes count files with random blocks, labels and branches: most of
// them pass the grammar, and few the branch checks.
func branches(out string, count int, seed int64) (files []string) {
	rng := rand.New(rand.NewSource(seed))
	pick := func(words ...string) string { return words[rng.Intn(len(words))] }
	label := func() string { return pick("A", "B", "C") }
	var block func(depth, most int) string
	block = func(depth, most int) string {
		var b strings.Builder
		for range rng.Intn(most + 1) {
			switch rng.Intn(12) {
			case 0, 1:
				b.WriteString("goto " + label() + "\n")
			case 2, 3:
				b.WriteString(label() + ":\n")
			case 4:
				b.WriteString(pick("x := 1\n", "var y int\n", "x = 2\n"))
			case 5, 6:
				b.WriteString(pick("break ", "continue ") + pick("", label()) + "\n")
			case 7:
				b.WriteString("fallthrough\n")
			default:
				if depth == 0 {
					continue
				}
				open := pick("{\n", "for {\n", "for range x {\n", "if c {\n%} else {\n", "f(func() {\n",
					"switch {\ncase 1:\n%case 2:\n", "switch x.(type) {\ndefault:\n", "select {\ncase <-c:\n%default:\n")
				first, second, two := strings.Cut(open, "%")
				b.WriteString(first + block(depth-1, 4))
				if two {
					b.WriteString(second + block(depth-1, 4))
				}
				b.WriteString("}" + strings.Repeat(")", strings.Count(open, "(")-strings.Count(open, ")")) + "\n")
			}
		}
		return b.String()
	}
	for len(files) < count {
		name := filepath.Join(out, fmt.Sprintf("branches%05d.go", len(files)))
		fatal(os.WriteFile(name, []byte("package p\n\nfunc f() {\n"+block(3, 7)+"}\n"), 0o644))
		files = append(files, name)
	}
	return files
}

// brackets writes count files with a random list of type parameters, or an
// array's length, where the grammar takes types and expressions apart.
func brackets(out string, count int, seed int64) (files []string) {
	rng := rand.New(rand.NewSource(seed))
	pick := func(words ...string) string { return words[rng.Intn(len(words))] }
	var term func(depth int) string
	term = func(depth int) string {
		if depth == 0 {
			return pick("a", "b", "a.b", "1", "any")
		}
		x, y := term(depth-1), term(rng.Intn(depth))
		return pick(x, "*"+x, "*"+x, "("+x+")", "[]"+x, "["+y+"]"+x, x+"["+y+"]", x+"{"+y+"}", x+"("+y+")",
			"~"+x, x+"|"+y, x+"|"+y, x+" + "+y, x+"."+"c", "func()"+x, "chan "+x, "<-"+x,
			"struct{}", "interface{ "+x+" }", "map["+x+"]"+y)
	}
	for len(files) < count {
		var items []string
		for range 1 + rng.Intn(3) {
			items = append(items, pick("P ", "P ", "P ", "")+term(rng.Intn(3)))
		}
		list := "[" + strings.Join(items, ", ") + pick("", "", ",") + "]"
		text := "package p\n\n" + pick("func f"+list+"() {}", "type T"+list+" int", "type T"+list+" = int") + "\n"
		name := filepath.Join(out, fmt.Sprintf("brackets%05d.go", len(files)))
		fatal(os.WriteFile(name, []byte(text), 0o644))
		files = append(files, name)
	}
	return files
}

func slices(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

func ask(tool, list string) map[string]verdict {
	cmd := exec.Command(tool, "--dump-facts", "@"+list)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	fatal(err)
	fatal(cmd.Start())
	answers := map[string]verdict{}
	lines := bufio.NewReaderSize(out, 1<<20)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 0 {
			var f facts
			fatal(json.Unmarshal(line, &f))
			answers[f.Path] = verdict{f.Accept, f.Err.Line, f.Err.Col, f.Err.Msg}
		}
		if err != nil {
			break
		}
	}
	cmd.Wait() // its exit status speaks of rejected files
	return answers
}

func main() {
	tool := flag.String("tool", "otel-rewrite", "the tool under test")
	goroot := flag.String("goroot", runtime.GOROOT(), "GOROOT")
	work := flag.String("work", "", "scratch folder")
	mutations := flag.Int("mutations", 2000, "how many mutated files")
	blocks := flag.Int("branches", 1000, "how many files of random branches")
	lists := flag.Int("brackets", 1000, "how many files of random type parameters")
	seed := flag.Int64("seed", 1, "seed of all three")
	more := flag.String("more", "", "further folders, separated by colons")
	show := flag.Int("show", 40, "how many differences to print")
	flag.Parse()

	var files []string
	files = append(files, walk(filepath.Join(*goroot, "test"))...)
	for _, dir := range []string{"cmd/compile/internal/syntax/testdata", "internal/types/testdata",
		"go/parser/testdata", "cmd/compile/internal/types2/testdata", "go/printer/testdata"} {
		files = append(files, walk(filepath.Join(*goroot, "src", dir))...)
	}
	for _, dir := range filepath.SplitList(*more) {
		files = append(files, walk(dir)...)
	}
	files = append(files, quoted(*goroot, *work)...)
	files = append(files, mutate(*goroot, *work, *mutations, *seed)...)
	files = append(files, branches(*work, *blocks, *seed)...)
	nBrackets := len(files)
	files = append(files, brackets(*work, *lists, *seed)...)

	list := filepath.Join(*work, "list")
	fatal(os.WriteFile(list, []byte(strings.Join(files, "\n")+"\n"), 0o644))
	got := ask(*tool, list)

	var passed, failed, rejected, column, words int
	differences := map[string]int{}
	for i, path := range files {
		src, err := os.ReadFile(path)
		fatal(err)
		want := reference(path, src)
		have, ok := got[path]
		switch {
		case !ok:
			failed++
			fmt.Printf("%s: no answer\n", path)
			continue
		case want.accept != have.accept, !want.accept && want.line != have.line:
			failed++
			if failed <= *show {
				fmt.Printf("%s:\n  compiler: %v\n  ours:     %v\n", path, want, have)
			}
			continue
		}
		passed++
		// Random brackets are there for the verdict: most hold several errors,
		// and which of them comes first is a matter of columns.
		if want.accept || i >= nBrackets {
			continue
		}
		rejected++
		if want.col == have.col {
			column++
		}
		if want.msg == have.msg {
			words++
		} else {
			differences[want.msg+"\n    "+have.msg]++
		}
	}
	fmt.Printf("%d files; of %d rejected by both on the same line, brackets aside: same column %.2f %%, same words %.2f %%\n",
		len(files), rejected, percent(column, rejected), percent(words, rejected))
	var keys []string
	for k := range differences {
		keys = append(keys, k)
	}
	sort.Slice(keys, func(i, j int) bool { return differences[keys[i]] > differences[keys[j]] })
	for i, k := range keys {
		if i == *show {
			break
		}
		fmt.Printf("%4d %s\n", differences[k], k)
	}
	for _, ok := range []bool{percent(column, rejected) >= 99, percent(words, rejected) >= 90} {
		if ok {
			passed++
		} else {
			failed++
		}
	}
	fmt.Printf("%d passed, %d failed\n", passed, failed)
	if failed > 0 {
		os.Exit(1)
	}
}

func percent(part, whole int) float64 {
	if whole == 0 {
		return 0
	}
	return 100 * float64(part) / float64(whole)
}
