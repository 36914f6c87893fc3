// Package spantest records spans for tests of hook packages.
package spantest

import (
	"context"
	"testing"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/propagation"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/goctx"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/rt"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/serverspan"
)

// Install makes a recorder the program's provider. Call it once a process, before
// the first span: instruments that exist keep the provider they first had.
func Install() *tracetest.SpanRecorder {
	r := tracetest.NewSpanRecorder()
	otel.SetTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(r)))
	otel.SetTextMapPropagator(propagation.TraceContext{})
	return r
}

// Server starts a server span as package nethttp does.
func Server(method string) (context.Context, *serverspan.State, trace.Span) {
	ctx, span := otel.Tracer("spantest").Start(context.Background(), method, trace.WithSpanKind(trace.SpanKindServer))
	s := &serverspan.State{}
	s.SetSpan(span)
	return serverspan.NewContext(ctx, s, nil), s, span
}

// Attr returns an attribute as text, or "".
func Attr(s sdktrace.ReadOnlySpan, key string) string {
	for _, kv := range s.Attributes() {
		if string(kv.Key) == key {
			return kv.Value.Emit()
		}
	}
	return ""
}

// Live starts a span that ends with the test.
func Live(t testing.TB) (context.Context, trace.SpanContext) {
	ctx, s := sdktrace.NewTracerProvider().Tracer("spantest").Start(context.Background(), "s")
	t.Cleanup(func() { s.End() })
	return ctx, s.SpanContext()
}

// Goroutine gives the test's goroutine a trace context, as package runtime has
// it in an instrumented program. The function it returns makes the span of ctx
// the current one, and none for nil.
func Goroutine(t testing.TB) func(ctx context.Context) {
	var now any
	t.Cleanup(rt.Fake(func() any { return now }, func(v any) { now = v }, func(bool) bool { return false }))
	return func(ctx context.Context) {
		now = nil
		if ctx != nil {
			goctx.Push(ctx, trace.SpanFromContext(ctx))
		}
	}
}
