// Package target has the same small function several times: Plain has no rule.
// Those that begin with Orch are for another tool's aspects.
package target

type T struct{ N int }

var Sum int

//go:noinline
func Plain(a int, s string) (int, error) {
	Sum += a + len(s)
	return a, nil
}

//go:noinline
func Both(a int, s string) (int, error) {
	Sum += a + len(s)
	return a, nil
}

//go:noinline
func Before(a int, s string) (int, error) {
	Sum += a + len(s)
	return a, nil
}

//go:noinline
func After(a int, s string) (int, error) {
	Sum += a + len(s)
	return a, nil
}

//go:noinline
func (t *T) PlainMethod(a int, s string) (int, error) {
	Sum += a + len(s) + t.N
	return a, nil
}

//go:noinline
func (t *T) Method(a int, s string) (int, error) {
	Sum += a + len(s) + t.N
	return a, nil
}

//go:noinline
func PlainGeneric[K comparable, V any](m map[K]V, k K) (V, bool) {
	Sum++
	var v V
	return v, false
}

//go:noinline
func Generic[K comparable, V any](m map[K]V, k K) (V, bool) {
	Sum++
	var v V
	return v, false
}

//go:noinline
func Typed(a int, s string) (int, error) {
	Sum += a + len(s)
	return a, nil
}

//go:noinline
func OrchBare(a int, s string) (int, error) {
	Sum += a + len(s)
	return a, nil
}

//go:noinline
func OrchData(a int, s string) (int, error) {
	Sum += a + len(s)
	return a, nil
}

//go:noinline
func OrchValues(a int, s string) (int, error) {
	Sum += a + len(s)
	return a, nil
}

// PlainLeaf and Leaf are inlined, unless there is a rule.
func PlainLeaf(a int) int { return a + 1 }

func Leaf(a int) int { return a + 1 }
