package bench

import (
	"testing"

	_ "example.com/bench/hook"
	"example.com/bench/target"
)

func BenchmarkOrchestrionPlain(b *testing.B) {
	b.ReportAllocs()
	at(func(n int) {
		for i := 0; i < n; i++ {
			target.Plain(i, "s")
		}
	}, b.N)
}

func BenchmarkOrchestrionBare(b *testing.B) {
	b.ReportAllocs()
	at(func(n int) {
		for i := 0; i < n; i++ {
			target.OrchBare(i, "s")
		}
	}, b.N)
}

func BenchmarkOrchestrionData(b *testing.B) {
	b.ReportAllocs()
	at(func(n int) {
		for i := 0; i < n; i++ {
			target.OrchData(i, "s")
		}
	}, b.N)
}

func BenchmarkOrchestrionValues(b *testing.B) {
	b.ReportAllocs()
	at(func(n int) {
		for i := 0; i < n; i++ {
			target.OrchValues(i, "s")
		}
	}, b.N)
}
