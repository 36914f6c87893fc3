// Package logids says which trace and span a log record belongs to, for the
// hooks that put the ids into records of the loggers people use.
package logids

import (
	"context"

	"go.opentelemetry.io/otel/trace"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/goctx"
)

// Names of the specification for formats other than OTLP.
const (
	TraceKey = "trace_id"
	SpanKey  = "span_id"
)

// Current is the span of ctx, which may be nil, else the goroutine's. It is not
// valid where there is neither.
func Current(ctx context.Context) trace.SpanContext {
	if ctx != nil {
		if sc := trace.SpanContextFromContext(ctx); sc.IsValid() {
			return sc
		}
	}
	if sp := goctx.Current(); sp != nil {
		return sp.SpanContext()
	}
	return trace.SpanContext{}
}
