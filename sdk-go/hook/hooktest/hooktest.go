// Package hooktest calls hooks as injected code does, for tests of hook
// packages:
//
//	c := hooktest.New("net/http", "(*Server).Serve", []any{srv, l}, []any{error(nil)})
//	c.Call(nethttp.BeforeServe, nil, func() { … })
package hooktest

import "github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook"

// Context is a hook.Context over two slices.
type Context struct {
	Params  []any
	Results []any

	pkg, fn  string
	data     any
	keys     map[string]any
	skip     bool
	panicked bool
	value    any
}

var _ hook.Context = (*Context)(nil)

// New returns the context of one call.
func New(pkg, fn string, params, results []any) *Context {
	return &Context{Params: params, Results: results, pkg: pkg, fn: fn, keys: map[string]any{}}
}

// Call runs the hooks around body, which a before hook can have skipped. A
// panic of the body goes on after the after hook.
func (c *Context) Call(before, after func(hook.Context), body func()) {
	if before != nil {
		before(c)
	}
	defer func() {
		if after != nil {
			after(c)
		}
		if c.panicked {
			panic(c.value)
		}
	}()
	defer func() {
		if v := recover(); v != nil {
			c.panicked, c.value = true, v
		}
	}()
	if !c.skip && body != nil {
		body()
	}
}

func (c *Context) SetData(v any)              { c.data = v }
func (c *Context) GetData() any               { return c.data }
func (c *Context) GetKeyData(k string) any    { return c.keys[k] }
func (c *Context) SetKeyData(k string, v any) { c.keys[k] = v }
func (c *Context) HasKeyData(k string) bool   { _, ok := c.keys[k]; return ok }
func (c *Context) GetParam(i int) any         { return get(c.Params, i) }
func (c *Context) SetParam(i int, v any)      { set(c.Params, i, v) }
func (c *Context) NumParams() int             { return len(c.Params) }
func (c *Context) GetReturnVal(i int) any     { return get(c.Results, i) }
func (c *Context) SetReturnVal(i int, v any)  { set(c.Results, i, v) }
func (c *Context) NumReturnVals() int         { return len(c.Results) }
func (c *Context) GetFuncName() string        { return c.fn }
func (c *Context) GetPackageName() string     { return c.pkg }
func (c *Context) SetSkipCall(skip bool)      { c.skip = skip }
func (c *Context) IsSkipCall() bool           { return c.skip }
func (c *Context) Panicking() bool            { return c.panicked }
func (c *Context) PanicValue() any            { return c.value }

func get(s []any, i int) any {
	if i < 0 || i >= len(s) {
		return nil
	}
	return s[i]
}

func set(s []any, i int, v any) {
	if i >= 0 && i < len(s) {
		s[i] = v
	}
}
