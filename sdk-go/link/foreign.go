package link

import "github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook"

// foreign is a Context with the methods and the habits of HookContext of
// opentelemetry-go-compile-instrumentation, so that hooks written against that
// work as they are: names without package and receiver, and one store that
// SetData and SetKeyData share.
type foreign struct{ c hook.Context }

// Foreign returns c for a hook that takes an interface of its own. Only generated
// code uses it.
func Foreign(c hook.Context) any { return &foreign{c} }

func (f *foreign) SetSkipCall(skip bool)         { f.c.SetSkipCall(skip) }
func (f *foreign) IsSkipCall() bool              { return f.c.IsSkipCall() }
func (f *foreign) GetParamCount() int            { return f.c.NumParams() }
func (f *foreign) GetParam(idx int) any          { return f.c.GetParam(idx) }
func (f *foreign) SetParam(idx int, val any)     { f.c.SetParam(idx, val) }
func (f *foreign) GetReturnValCount() int        { return f.c.NumReturnVals() }
func (f *foreign) GetReturnVal(idx int) any      { return f.c.GetReturnVal(idx) }
func (f *foreign) SetReturnVal(idx int, val any) { f.c.SetReturnVal(idx, val) }
func (f *foreign) SetData(data any)              { f.c.SetData(data) }
func (f *foreign) GetData() any                  { return f.c.GetData() }

func (f *foreign) keys() map[string]any {
	m, _ := f.c.GetData().(map[string]any)
	return m
}

func (f *foreign) GetKeyData(key string) any { return f.keys()[key] }

func (f *foreign) HasKeyData(key string) bool {
	_, ok := f.keys()[key]
	return ok
}

func (f *foreign) SetKeyData(key string, val any) {
	m := f.keys()
	if m == nil {
		m = map[string]any{}
		f.c.SetData(m)
	}
	m[key] = val
}

// GetFuncName returns M of (*T).M.
func (f *foreign) GetFuncName() string {
	name := f.c.GetFuncName()
	for i := len(name) - 1; i >= 0; i-- {
		if name[i] == '.' {
			return name[i+1:]
		}
	}
	return name
}

// GetPackageName returns the name in the package clause, as far as the import
// path tells: its last element that is no version.
func (f *foreign) GetPackageName() string {
	path := f.c.GetPackageName()
	for {
		rest, last := "", path
		for i := len(path) - 1; i >= 0; i-- {
			if path[i] == '/' {
				rest, last = path[:i], path[i+1:]
				break
			}
		}
		if rest == "" || !isMajor(last) {
			return last
		}
		path = rest
	}
}

func isMajor(s string) bool {
	if len(s) < 2 || s[0] != 'v' {
		return false
	}
	for _, c := range s[1:] {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}
