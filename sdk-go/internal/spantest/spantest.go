// Package spantest records spans for tests of hook packages.
package spantest

import (
	"context"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/propagation"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

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
