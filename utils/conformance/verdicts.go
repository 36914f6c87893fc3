package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/scanner"
	"go/token"
	"math/rand"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// referenceMain is the program built beside a copy of the compiler's syntax
// package. It prints one JSON line a file: the first error, or null.
const referenceMain = `package main

import (
	"bufio"
	"encoding/json"
	"os"

	"reference/syntax"
)

type result struct {
	Line int    ` + "`json:\"line\"`" + `
	Col  int    ` + "`json:\"col\"`" + `
	Msg  string ` + "`json:\"msg\"`" + `
	N    int    ` + "`json:\"n\"`" + `
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	enc := json.NewEncoder(out)
	for lines.Scan() {
		f, err := os.Open(lines.Text())
		if err != nil {
			panic(err)
		}
		var first *result
		n := 0
		syntax.Parse(syntax.NewFileBase(lines.Text()), f, func(err error) {
			n++
			e := err.(syntax.Error)
			r := &result{int(e.Pos.Line()), int(e.Pos.Col()), e.Msg, 0}
			// Branch errors come behind those of the rest of the function.
			if first == nil || r.Line < first.Line || r.Line == first.Line && r.Col < first.Col {
				first = r
			}
		}, nil, syntax.CheckBranches)
		f.Close()
		if first != nil {
			first.N = n
		}
		enc.Encode(first)
	}
}
`

// buildReference builds the reference program and returns its path.
func buildReference(dir, root string) (string, error) {
	from := filepath.Join(root, "src/cmd/compile/internal/syntax")
	entries, err := os.ReadDir(from)
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(filepath.Join(dir, "syntax"), 0o777); err != nil {
		return "", err
	}
	write := func(name string, data []byte) {
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, name), data, 0o666)
		}
	}
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		data, readErr := os.ReadFile(filepath.Join(from, e.Name()))
		if readErr != nil {
			return "", readErr
		}
		write(filepath.Join("syntax", e.Name()), data)
	}
	write("go.mod", []byte("module reference\n\ngo 1.25\n"))
	write("main.go", []byte(referenceMain))
	if err != nil {
		return "", err
	}
	program := filepath.Join(dir, "reference-program")
	cmd := exec.Command("go", "build", "-o", program, ".")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS=", "GOWORK=off")
	cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
	return program, cmd.Run()
}

func checkVerdicts(roots []string) (bool, error) {
	root, err := goroot()
	if err != nil {
		return false, err
	}
	if len(roots) == 0 {
		for _, r := range []string{
			"test",
			"src/cmd/compile/internal/syntax/testdata",
			"src/internal/types/testdata",
			"src/go/parser/testdata",
			"src/cmd/compile/internal/types2/testdata",
		} {
			if r = filepath.Join(root, r); exists(r) {
				roots = append(roots, r)
			}
		}
	}
	dir, err := os.MkdirTemp("", "conformance-")
	if err != nil {
		return false, err
	}
	defer os.RemoveAll(dir)
	program, err := buildReference(dir, root)
	if err != nil {
		return false, err
	}
	files, err := listFiles(roots, func(string) bool { return false })
	if err != nil {
		return false, err
	}
	if *mutate > 0 {
		if files, err = mutations(files, filepath.Join(dir, "mutations")); err != nil {
			return false, err
		}
	}

	cmd := exec.Command(program)
	cmd.Stdin = strings.NewReader(strings.Join(files, "\n") + "\n")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return false, fmt.Errorf("reference: %w", err)
	}
	decoder := json.NewDecoder(bytes.NewReader(out))
	want := make([]*Error, len(files))
	for i := range want {
		if err := decoder.Decode(&want[i]); err != nil {
			return false, err
		}
	}

	var verdicts, rejected, lines, columns, words, printed int
	show := func(i int, got *Facts) {
		if printed++; printed > *verbose {
			return
		}
		format := func(e *Error) string {
			if e == nil {
				return "accepted"
			}
			return fmt.Sprintf("%d:%d: %s", e.Line, e.Col, e.Msg)
		}
		fmt.Printf("%s:\n  got  %s\n  want %s\n", files[i], format(got.Err), format(want[i]))
		if *mutate > 0 && want[i] != nil {
			src, _ := os.ReadFile(files[i])
			if all := strings.Split(string(src), "\n"); want[i].Line <= len(all) {
				fmt.Printf("  text %s\n", strings.TrimSpace(all[want[i].Line-1]))
			}
		}
	}
	err = toolFacts(files, func(i int, got *Facts) {
		if got.Accept != (want[i] == nil) {
			verdicts++
			show(i, got)
			return
		}
		if got.Accept {
			return
		}
		rejected++
		switch {
		case got.Err.Line != want[i].Line:
			lines++
			show(i, got)
		case got.Err.Col != want[i].Col:
			columns++
			show(i, got)
		case got.Err.Msg != want[i].Msg:
			words++
			show(i, got)
		}
	})
	if err != nil {
		return false, err
	}
	fmt.Printf("%d files, %d rejected by both; first error: %d on another line, %d in another column, %d in other words\n",
		len(files), rejected, lines, columns, words)
	fmt.Printf("%d passed, %d failed\n", len(files)-verdicts, verdicts)
	return verdicts == 0 && len(files) > 0, nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// mutations writes -mutate variants of each file to dir: a token deleted,
// doubled, swapped with the next or replaced by another of the file.
func mutations(files []string, dir string) ([]string, error) {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, err
	}
	rng := rand.New(rand.NewSource(*seed))
	var out []string
	for i, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		type span struct{ begin, end int }
		var spans []span
		fset := token.NewFileSet()
		tf := fset.AddFile("", -1, len(src))
		var s scanner.Scanner
		s.Init(tf, src, nil, 0)
		for {
			pos, tok, lit := s.Scan()
			if tok == token.EOF {
				break
			}
			if tok == token.SEMICOLON && lit == "\n" {
				continue
			}
			text := lit
			if tok.IsOperator() {
				text = tok.String()
			}
			begin := tf.Offset(pos)
			spans = append(spans, span{begin, min(begin+len(text), len(src))})
		}
		if len(spans) < 2 {
			continue
		}
		for n := range *mutate {
			k := rng.Intn(len(spans) - 1)
			a, b := spans[k], spans[k+1]
			other := spans[rng.Intn(len(spans))]
			var m []byte
			m = append(m, src[:a.begin]...)
			switch rng.Intn(4) {
			case 0:
			case 1:
				m = append(m, src[a.begin:a.end]...)
				m = append(m, ' ')
				m = append(m, src[a.begin:a.end]...)
			case 2:
				m = append(m, src[b.begin:b.end]...)
				m = append(m, src[a.end:b.begin]...)
				m = append(m, src[a.begin:a.end]...)
				a.end = b.end
			case 3:
				m = append(m, src[other.begin:other.end]...)
			}
			m = append(m, src[a.end:]...)
			path := filepath.Join(dir, fmt.Sprintf("%06d_%d_%s", i, n, filepath.Base(file)))
			if err := os.WriteFile(path, m, 0o666); err != nil {
				return nil, err
			}
			out = append(out, path)
		}
	}
	return out, nil
}
