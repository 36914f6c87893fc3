// Package measure is what the action `measure` of rules stands for: a histogram
// of a function's duration in seconds, with the type of the error it ended with
// or of its panic, and no span.
package measure

import (
	"context"
	"fmt"
	"sync"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook"
)

const scope = "github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook/measure"

var bounds = []float64{0.0001, 0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10}

// Before notes when the function began.
func Before(ctx hook.Context) { ctx.SetData(time.Now()) }

// After returns the hook that records into the histogram of that name.
func After(name, description string) func(hook.Context) {
	histogram := sync.OnceValue(func() metric.Float64Histogram {
		h, err := otel.Meter(scope).Float64Histogram(name,
			metric.WithUnit("s"), metric.WithDescription(description),
			metric.WithExplicitBucketBoundaries(bounds...))
		if err != nil {
			otel.Handle(err)
		}
		return h
	})
	return func(ctx hook.Context) {
		start, ok := ctx.GetData().(time.Time)
		if !ok {
			return
		}
		attrs := []attribute.KeyValue{
			attribute.String("code.function.name", ctx.GetPackageName()+"."+ctx.GetFuncName()),
		}
		if kind := errorType(ctx); kind != "" {
			attrs = append(attrs, attribute.String("error.type", kind))
		}
		histogram().Record(context.Background(), time.Since(start).Seconds(),
			metric.WithAttributes(attrs...))
	}
}

// errorType is empty for a call without a panic whose results hold no error.
func errorType(ctx hook.Context) string {
	if ctx.Panicking() {
		return "panic"
	}
	for i := ctx.NumReturnVals() - 1; i >= 0; i-- {
		if err, ok := ctx.GetReturnVal(i).(error); ok && err != nil {
			return fmt.Sprintf("%T", err)
		}
	}
	return ""
}
