package main

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"hash/fnv"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Facts is one line of otel-rewrite --dump-facts.
type Facts struct {
	Path     string            `json:"path"`
	Accept   bool              `json:"accept"`
	Err      *Error            `json:"err"`
	Funcs    []Func            `json:"funcs"`
	FuncLits []FuncLit         `json:"funclits"`
	Types    []Type            `json:"types"`
	Imports  []string          `json:"imports"`
	Pkg      string            `json:"pkg"`
	PkgOff   int               `json:"pkg_off"`
	NTokens  int               `json:"ntokens"`
	TokHash  string            `json:"tokhash"`
	NodeHash map[string]string `json:"nodehash"`
}

type Error struct {
	Line int    `json:"line"`
	Col  int    `json:"col"`
	Msg  string `json:"msg"`
}

type Func struct {
	Name        string `json:"name"`
	Recv        string `json:"recv"`
	RecvName    string `json:"recv_name"`
	FuncOff     int    `json:"func_off"`
	NameOff     int    `json:"name_off"`
	LbraceOff   int    `json:"lbrace_off"`
	RbraceOff   int    `json:"rbrace_off"`
	NParams     int    `json:"nparams"`
	NResults    int    `json:"nresults"`
	NTypeParams int    `json:"ntypeparams"`
}

type FuncLit struct {
	FuncOff   int `json:"func_off"`
	LbraceOff int `json:"lbrace_off"`
	RbraceOff int `json:"rbrace_off"`
	NParams   int `json:"nparams"`
	NResults  int `json:"nresults"`
}

type Type struct {
	Name        string `json:"name"`
	NameOff     int    `json:"name_off"`
	NTypeParams int    `json:"ntypeparams"`
	Alias       bool   `json:"alias"`
}

func checkFacts(roots []string) (bool, error) {
	if len(roots) == 0 {
		root, err := goroot()
		if err != nil {
			return false, err
		}
		roots = []string{filepath.Join(root, "src")}
	}
	files, err := listFiles(roots, func(name string) bool { return name == "testdata" })
	if err != nil {
		return false, err
	}
	want := make([]*Facts, len(files))
	problems := make([]error, len(files))
	parallel(len(files), func(i int) { want[i], problems[i] = reference(files[i]) })

	passed, failed, skipped := 0, 0, 0
	report := func(path, format string, args ...any) {
		if failed < *verbose {
			fmt.Printf("%s: %s\n", path, fmt.Sprintf(format, args...))
		}
	}
	err = toolFacts(files, func(i int, got *Facts) {
		if problems[i] != nil {
			skipped++ // go/parser rejects it: utils/verdicts' business
			return
		}
		differences := compare(got, want[i])
		for _, d := range differences {
			report(files[i], "%s", d)
		}
		if len(differences) > 0 {
			failed++
		} else {
			passed++
		}
	})
	if err != nil {
		return false, err
	}
	if skipped > 0 {
		fmt.Printf("%d files that go/parser rejects left out\n", skipped)
	}
	fmt.Printf("%d passed, %d failed\n", passed, failed)
	return failed == 0 && passed > 0, nil
}

// compare lists the fields that differ.
func compare(got, want *Facts) []string {
	var out []string
	differ := func(field string, g, w any) {
		out = append(out, fmt.Sprintf("%s: got %v, want %v", field, g, w))
	}
	if !got.Accept {
		return []string{fmt.Sprintf("rejected: %+v", *got.Err)}
	}
	compareLists(differ, "funcs", got.Funcs, want.Funcs)
	compareLists(differ, "funclits", got.FuncLits, want.FuncLits)
	compareLists(differ, "types", got.Types, want.Types)
	compareLists(differ, "imports", got.Imports, want.Imports)
	if got.Pkg != want.Pkg {
		differ("pkg", got.Pkg, want.Pkg)
	}
	if got.PkgOff != want.PkgOff {
		differ("pkg_off", got.PkgOff, want.PkgOff)
	}
	if got.NTokens != want.NTokens {
		differ("ntokens", got.NTokens, want.NTokens)
	}
	if got.TokHash != want.TokHash {
		differ("tokhash", got.TokHash, want.TokHash)
	}
	for kind, hash := range want.NodeHash {
		if got.NodeHash[kind] != hash {
			differ("nodehash "+kind, got.NodeHash[kind], hash)
		}
	}
	for kind, hash := range got.NodeHash {
		if want.NodeHash[kind] == "" {
			differ("nodehash "+kind, hash, "none")
		}
	}
	return out
}

func compareLists[T comparable](differ func(string, any, any), field string, got, want []T) {
	if len(got) != len(want) {
		differ("number of "+field, len(got), len(want))
	}
	for i := range min(len(got), len(want)) {
		if got[i] != want[i] {
			differ(fmt.Sprintf("%s[%d]", field, i), fmt.Sprintf("%+v", got[i]), fmt.Sprintf("%+v", want[i]))
			return
		}
	}
}

// reference computes the facts of a file with Go's own packages.
func reference(path string) (*Facts, error) {
	src, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, path, src, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	tf := fset.File(file.FileStart)
	off := func(p token.Pos) int {
		if !p.IsValid() {
			return -1
		}
		return tf.Offset(p)
	}
	facts := &Facts{
		Path:   path,
		Accept: true,
		Pkg:    file.Name.Name,
		PkgOff: off(file.Package),
	}
	facts.NTokens, facts.TokHash = hashTokens(src)

	offsets := map[string][]int{}
	note := func(kind string, p token.Pos) { offsets[kind] = append(offsets[kind], off(p)) }
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ImportSpec:
			path, err := strconv.Unquote(n.Path.Value)
			if err != nil {
				path = n.Path.Value
			}
			facts.Imports = append(facts.Imports, path)
		case *ast.FuncDecl:
			facts.Funcs = append(facts.Funcs, funcFacts(n, src, off))
		case *ast.FuncLit:
			note("funclit", n.Pos())
			facts.FuncLits = append(facts.FuncLits, FuncLit{
				FuncOff:   off(n.Pos()),
				LbraceOff: off(n.Body.Lbrace),
				RbraceOff: off(n.Body.Rbrace),
				NParams:   n.Type.Params.NumFields(),
				NResults:  n.Type.Results.NumFields(),
			})
		case *ast.TypeSpec:
			note("typespec", n.Name.Pos())
			facts.Types = append(facts.Types, Type{
				Name:        n.Name.Name,
				NameOff:     off(n.Name.Pos()),
				NTypeParams: n.TypeParams.NumFields(),
				Alias:       n.Assign.IsValid(),
			})
		case *ast.CallExpr:
			note("call", n.Lparen)
		case *ast.CompositeLit:
			note("complit", n.Lbrace)
		case *ast.IndexExpr:
			note("index", n.Lbrack)
		case *ast.IndexListExpr:
			note("index", n.Lbrack)
		case *ast.SliceExpr:
			note("slice", n.Lbrack)
		case *ast.TypeAssertExpr:
			note("assert", n.Lparen)
		case *ast.BlockStmt:
			note("block", n.Lbrace)
		case *ast.CaseClause:
			note("case", n.Case)
		case *ast.CommClause:
			note("case", n.Case)
		case *ast.IfStmt:
			note("if", n.If)
		case *ast.ForStmt:
			note("for", n.For)
		case *ast.RangeStmt:
			note("for", n.For)
		case *ast.SwitchStmt:
			note("switch", n.Switch)
		case *ast.TypeSwitchStmt:
			note("switch", n.Switch)
		case *ast.SelectStmt:
			note("select", n.Select)
		case *ast.ReturnStmt:
			note("return", n.Return)
		case *ast.GoStmt:
			note("go", n.Go)
		case *ast.DeferStmt:
			note("defer", n.Defer)
		case *ast.LabeledStmt:
			note("label", n.Colon)
		case *ast.AssignStmt:
			if n.Tok == token.DEFINE {
				note("define", n.TokPos)
			} else {
				note("assign", n.TokPos)
			}
		case *ast.StructType:
			note("struct", n.Struct)
		case *ast.InterfaceType:
			note("interface", n.Interface)
		case *ast.MapType:
			note("map", n.Map)
		case *ast.ArrayType:
			note("array", n.Lbrack)
		case *ast.BinaryExpr:
			note("binary", n.OpPos)
		case *ast.UnaryExpr:
			note("unary", n.OpPos)
		case *ast.StarExpr:
			note("star", n.Star)
		}
		return true
	})
	slices.SortStableFunc(facts.FuncLits, func(a, b FuncLit) int { return cmp.Compare(a.FuncOff, b.FuncOff) })
	slices.SortStableFunc(facts.Types, func(a, b Type) int { return cmp.Compare(a.NameOff, b.NameOff) })
	facts.NodeHash = map[string]string{}
	for kind, list := range offsets {
		slices.Sort(list)
		h := fnv.New64a()
		for _, o := range list {
			fmt.Fprintf(h, "%d\n", o)
		}
		facts.NodeHash[kind] = fmt.Sprintf("%016x", h.Sum64())
	}
	return facts, nil
}

func funcFacts(n *ast.FuncDecl, src []byte, off func(token.Pos) int) Func {
	f := Func{
		Name:        n.Name.Name,
		FuncOff:     off(n.Pos()),
		NameOff:     off(n.Name.Pos()),
		LbraceOff:   -1,
		RbraceOff:   -1,
		NParams:     n.Type.Params.NumFields(),
		NResults:    n.Type.Results.NumFields(),
		NTypeParams: n.Type.TypeParams.NumFields(),
	}
	if n.Body != nil {
		f.LbraceOff = off(n.Body.Lbrace)
		f.RbraceOff = off(n.Body.Rbrace)
	}
	if n.Recv != nil && len(n.Recv.List) > 0 {
		t := n.Recv.List[0].Type
		f.Recv = joinTokens(src[off(t.Pos()):off(t.End())])
		f.RecvName = baseName(t)
	}
	return f
}

// baseName is the name of a receiver's base type.
func baseName(t ast.Expr) string {
	switch t := t.(type) {
	case *ast.Ident:
		return t.Name
	case *ast.ParenExpr:
		return baseName(t.X)
	case *ast.StarExpr:
		return baseName(t.X)
	case *ast.IndexExpr:
		return baseName(t.X)
	case *ast.IndexListExpr:
		return baseName(t.X)
	}
	return ""
}

func scan(src []byte, f func(offset int, tok token.Token, lit string)) {
	fset := token.NewFileSet()
	tf := fset.AddFile("", -1, len(src))
	var s scanner.Scanner
	s.Init(tf, src, nil, 0)
	for {
		pos, tok, lit := s.Scan()
		if tok == token.EOF {
			return
		}
		f(tf.Offset(pos), tok, lit)
	}
}

func hashTokens(src []byte) (int, string) {
	n := 0
	h := fnv.New64a()
	scan(src, func(offset int, tok token.Token, lit string) {
		n++
		if tok == token.SEMICOLON && lit == "\n" {
			io.WriteString(h, "AUTO\n")
			return
		}
		fmt.Fprintf(h, "%d:%s\n", offset, tok)
	})
	return n, fmt.Sprintf("%016x", h.Sum64())
}

func joinTokens(src []byte) string {
	var b strings.Builder
	scan(src, func(_ int, tok token.Token, lit string) {
		switch {
		case tok == token.SEMICOLON && lit == "\n":
		case tok.IsOperator():
			b.WriteString(tok.String())
		default:
			b.WriteString(lit)
		}
	})
	return b.String()
}
