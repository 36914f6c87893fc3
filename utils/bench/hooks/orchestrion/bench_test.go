package bench

import (
	"testing"

	_ "example.com/bench/hook"
	"example.com/bench/target"
)

func BenchmarkOrchestrionPlain(b *testing.B) {
	b.ReportAllocs()
	for i := 0; i < b.N; i++ {
		target.Plain(i, "s")
	}
}

func BenchmarkOrchestrionBare(b *testing.B) {
	b.ReportAllocs()
	for i := 0; i < b.N; i++ {
		target.OrchBare(i, "s")
	}
}

func BenchmarkOrchestrionData(b *testing.B) {
	b.ReportAllocs()
	for i := 0; i < b.N; i++ {
		target.OrchData(i, "s")
	}
}

func BenchmarkOrchestrionValues(b *testing.B) {
	b.ReportAllocs()
	for i := 0; i < b.N; i++ {
		target.OrchValues(i, "s")
	}
}
