// Package hook has what orchestrion's aspects call.
package hook

var Sink any

//go:noinline
func Before() {}

//go:noinline
func After() {}

//go:noinline
func BeforeData() any { return &Sink }

//go:noinline
func AfterData(v any) { Sink = v }

//go:noinline
func BeforeValues(a int, s string) {}

//go:noinline
func AfterValues(a int, s string, n int, err error) {}
