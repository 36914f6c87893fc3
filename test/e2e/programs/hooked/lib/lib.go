// Package lib has the functions that rules name.
package lib

func Add(a, b int) int { return a + b }

func Work() {}

func Half(n int, text string, err error) (int, error) { return n / 2, err }

func Other(n int) int { return n }

func Fails(v any) (n int) {
	defer func() { n++ }()
	panic(v)
}
