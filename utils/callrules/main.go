// Command callrules writes rules that wrap every call of functions and methods
// with one result in Go packages, and set every field of their struct literals,
// so that the program must behave as before. With them go what the type checker
// says of each call, to be compared with what rules find without one.
//
//	callrules DIR PATTERN... > DIR/calls.json
//
// DIR gets rules.toml and same/otel_same.go.
package main

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
)

type listed struct {
	ImportPath, Dir, Export, Name string
	GoFiles                       []string
	ImportMap                     map[string]string
	DepOnly                       bool
}

// A call as rules name it: `path.Func` or `(path.Type).Method`.
type call struct {
	At, Name string
}

type result struct {
	Functions, Methods []call
	// Conversions and calls of variables look like calls of functions.
	Alike []call
	// Fields is the number of fields that literals leave out or set.
	Literals int
}

const same = `package same

func otelSame[T any](v T) T { return v }
`

func main() {
	log.SetFlags(0)
	dir := os.Args[1]
	out, err := exec.Command("go", append([]string{"list", "-deps", "-export", "-json=ImportPath,Dir,Export,Name,GoFiles,ImportMap,DepOnly"}, os.Args[2:]...)...).Output()
	if err != nil {
		log.Fatal(err)
	}
	byPath := map[string]*listed{}
	var asked []*listed
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		p := &listed{}
		if err := d.Decode(p); err == io.EOF {
			break
		} else if err != nil {
			log.Fatal(err)
		}
		byPath[p.ImportPath] = p
		if !p.DepOnly && len(p.GoFiles) > 0 {
			asked = append(asked, p)
		}
	}
	rules, err := os.Create(filepath.Join(dir, "rules.toml"))
	if err != nil {
		log.Fatal(err)
	}
	results := map[string]*result{}
	for _, p := range asked {
		results[p.ImportPath] = write(rules, p, byPath)
	}
	if err := rules.Close(); err != nil {
		log.Fatal(err)
	}
	os.MkdirAll(filepath.Join(dir, "same"), 0o755)
	if err := os.WriteFile(filepath.Join(dir, "same", "otel_same.go"), []byte(same), 0o644); err != nil {
		log.Fatal(err)
	}
	json.NewEncoder(os.Stdout).Encode(results)
}

func write(w io.Writer, p *listed, byPath map[string]*listed) *result {
	fset := token.NewFileSet()
	var files []*ast.File
	for _, name := range p.GoFiles {
		f, err := parser.ParseFile(fset, filepath.Join(p.Dir, name), nil, parser.SkipObjectResolution)
		if err != nil {
			log.Fatal(err)
		}
		files = append(files, f)
	}
	lookup := func(path string) (io.ReadCloser, error) {
		if mapped := p.ImportMap[path]; mapped != "" {
			path = mapped
		}
		if byPath[path] == nil {
			return nil, fmt.Errorf("no package %s", path)
		}
		return os.Open(byPath[path].Export)
	}
	info := &types.Info{
		Defs:       map[*ast.Ident]types.Object{},
		Uses:       map[*ast.Ident]types.Object{},
		Types:      map[ast.Expr]types.TypeAndValue{},
		Selections: map[*ast.SelectorExpr]*types.Selection{},
	}
	conf := types.Config{
		Importer: importer.ForCompiler(fset, "gc", lookup),
		// Bodies in other languages, and names that only the compiler knows.
		Error: func(error) {},
	}
	pkg, _ := conf.Check(p.ImportPath, fset, files, info)

	// What a rule's text names is looked up where it stands, so that types that
	// a local name hides somewhere are left alone.
	hidden := map[string]bool{}
	for id, obj := range info.Defs {
		if obj != nil && obj.Parent() != nil && obj.Parent() != pkg.Scope() {
			hidden[id.Name] = true
		}
	}

	r := &result{}
	singles := map[string]map[string]bool{} // `path.` or `(path.T).`: names
	literals := map[*types.Named]bool{}
	for _, f := range files {
		ast.Inspect(f, func(n ast.Node) bool {
			if l, ok := n.(*ast.CompositeLit); ok {
				if t, ok := types.Unalias(info.Types[l].Type).(*types.Named); ok && t.Obj().Pkg() == pkg && t.TypeParams() == nil && t.Obj().Parent() == pkg.Scope() {
					literals[t] = true
				}
			}
			c, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			at := fset.Position(c.Pos())
			where := fmt.Sprintf("%s:%d:%d", filepath.Base(at.Filename), at.Line, at.Column)
			var id *ast.Ident
			fun := ast.Unparen(c.Fun)
			switch x := fun.(type) {
			case *ast.IndexExpr:
				fun = ast.Unparen(x.X)
			case *ast.IndexListExpr:
				fun = ast.Unparen(x.X)
			}
			switch x := fun.(type) {
			case *ast.Ident:
				id = x
			case *ast.SelectorExpr:
				id = x.Sel
			default:
				return true
			}
			if x, ok := fun.(*ast.SelectorExpr); ok && info.Selections[x] != nil {
				// A promoted method, or a field, by the type it is called on.
				if name := typeName(info.Selections[x].Recv()); name != "" {
					r.Alike = append(r.Alike, call{where, name + id.Name})
				}
			}
			switch obj := info.Uses[id].(type) {
			case *types.Func:
				sig := obj.Type().(*types.Signature)
				prefix, isMethod := "", sig.Recv() != nil
				if isMethod {
					if prefix = typeName(sig.Recv().Type()); prefix == "" {
						return true
					}
					r.Methods = append(r.Methods, call{where, prefix + id.Name})
				} else {
					prefix = importPath(obj.Pkg()) + "."
					r.Functions = append(r.Functions, call{where, prefix + id.Name})
				}
				if sig.Results().Len() == 1 {
					if singles[prefix] == nil {
						singles[prefix] = map[string]bool{}
					}
					singles[prefix][id.Name] = true
				}
			case *types.TypeName, *types.Var, *types.Builtin:
				if obj.Pkg() != nil {
					r.Alike = append(r.Alike, call{where, importPath(obj.Pkg()) + "." + id.Name})
				}
			}
			return true
		})
	}

	number := 0
	rule := func(where, do, imports string) {
		fmt.Fprintf(w, "[rule.%q]\nimport_path = %q\n%s%sdo = [ %s ]\n", fmt.Sprintf("%s %d", p.ImportPath, number), p.ImportPath, where, imports, do)
		number++
	}
	for _, prefix := range sorted(singles) {
		// A pattern is at most 1,000 bytes long.
		var names []string
		length := 0
		flush := func() {
			rule(fmt.Sprintf("where = { function_call = \"%s{%s}\" }\n", prefix, strings.Join(names, ",")),
				`{ wrap_call = { replace = "otelSame({{ . }})" } }`, "")
			names, length = nil, 0
		}
		for _, name := range sorted(singles[prefix]) {
			if length += len(name) + 1; length > 800 {
				flush()
				length = len(name) + 1
			}
			names = append(names, name)
		}
		flush()
	}
	byName := map[string]*types.Named{}
	for t := range literals {
		byName[t.Obj().Name()] = t
	}
	for _, name := range sorted(byName) {
		s, ok := byName[name].Underlying().(*types.Struct)
		if !ok {
			continue
		}
		imports := map[string]string{}
		var fields []string
		for i := 0; i < s.NumFields(); i++ {
			f := s.Field(i)
			if f.Name() == "_" {
				continue
			}
			imported := map[string]string{}
			isSpelled := true
			text := types.TypeString(f.Type(), func(q *types.Package) string {
				if q == pkg {
					return ""
				}
				imported["i_"+q.Name()] = importPath(q)
				return "i_" + q.Name()
			})
			// What another package does not export, and what lies in a function.
			eachNamed(f.Type(), func(o *types.TypeName) {
				if o.Pkg() != nil && (o.Pkg() != pkg && !o.Exported() || o.Parent() != o.Pkg().Scope() || o.Pkg() == pkg && hidden[o.Name()]) {
					isSpelled = false
				}
			})
			if !isSpelled || strings.ContainsAny(text, "\"\n`") {
				continue
			}
			for alias, path := range imported {
				if known := imports[alias]; known != "" && known != path {
					isSpelled = false
				}
			}
			if !isSpelled {
				continue
			}
			for alias, path := range imported {
				imports[alias] = path
			}
			fields = append(fields, fmt.Sprintf(`{ name = %q, value = "*new(%s)", wrap = "otelSame[%s]({{ . }})" }`, f.Name(), text, text))
		}
		if len(fields) == 0 {
			continue
		}
		r.Literals++
		var list []string
		for _, alias := range sorted(imports) {
			list = append(list, fmt.Sprintf("%s = %q", alias, imports[alias]))
		}
		text := ""
		if len(list) > 0 {
			text = "imports = { " + strings.Join(list, ", ") + " }\n"
		}
		rule(fmt.Sprintf("where = { struct_literal = %q }\n", p.ImportPath+"."+name),
			"{ set_fields = { field = [ "+strings.Join(fields, ", ")+" ] } }", text)
	}
	rule("", `{ add_file = { file = "otel_same.go", path = "example.com/same" } }`, "")
	return r
}

// importPath is what a file names a package by.
func importPath(p *types.Package) string {
	return strings.TrimPrefix(p.Path(), "vendor/")
}

// typeName is `(path.Type).`, or empty for types that rules cannot name.
func typeName(t types.Type) string {
	if ptr, ok := types.Unalias(t).(*types.Pointer); ok {
		t = ptr.Elem()
	}
	// The alias is the name of a type that has no other.
	if named, ok := types.Unalias(t).(*types.Named); ok {
		t = named
	}
	named, ok := t.(interface{ Obj() *types.TypeName })
	if !ok || named.Obj().Pkg() == nil || named.Obj().Parent() != named.Obj().Pkg().Scope() {
		return ""
	}
	return "(" + importPath(named.Obj().Pkg()) + "." + named.Obj().Name() + ")."
}

func sorted[V any](m map[string]V) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}

// eachNamed visits the names in a type's spelling.
func eachNamed(t types.Type, visit func(*types.TypeName)) {
	switch t := t.(type) {
	case *types.Alias:
		visit(t.Obj())
		for i := 0; i < t.TypeArgs().Len(); i++ {
			eachNamed(t.TypeArgs().At(i), visit)
		}
	case *types.Named:
		visit(t.Obj())
		for i := 0; i < t.TypeArgs().Len(); i++ {
			eachNamed(t.TypeArgs().At(i), visit)
		}
	case *types.Pointer:
		eachNamed(t.Elem(), visit)
	case *types.Slice:
		eachNamed(t.Elem(), visit)
	case *types.Array:
		eachNamed(t.Elem(), visit)
	case *types.Chan:
		eachNamed(t.Elem(), visit)
	case *types.Map:
		eachNamed(t.Key(), visit)
		eachNamed(t.Elem(), visit)
	case *types.Signature:
		eachNamed(t.Params(), visit)
		eachNamed(t.Results(), visit)
	case *types.Tuple:
		for i := 0; i < t.Len(); i++ {
			eachNamed(t.At(i).Type(), visit)
		}
	case *types.Struct:
		for i := 0; i < t.NumFields(); i++ {
			eachNamed(t.Field(i).Type(), visit)
		}
	case *types.Interface:
		for i := 0; i < t.NumExplicitMethods(); i++ {
			eachNamed(t.ExplicitMethod(i).Type(), visit)
		}
		for i := 0; i < t.NumEmbeddeds(); i++ {
			eachNamed(t.EmbeddedType(i), visit)
		}
	}
}
