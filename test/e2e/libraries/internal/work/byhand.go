//go:build byhand

package work

import (
	"context"
	"net/http"
	"os"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/exporters/otlp/otlplog/otlploghttp"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetrichttp"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

func init() {
	setUp = func() func() {
		ctx := context.Background()
		te, err := otlptracehttp.New(ctx)
		if err != nil {
			panic(err)
		}
		me, err := otlpmetrichttp.New(ctx)
		if err != nil {
			panic(err)
		}
		le, err := otlploghttp.New(ctx)
		if err != nil {
			panic(err)
		}
		logs, traces := sdklog.Processor(sdklog.NewBatchProcessor(le)), sdktrace.WithBatcher(te)
		if os.Getenv("SDK_PROCESSORS") == "simple" {
			logs, traces = sdklog.NewSimpleProcessor(le), sdktrace.WithSyncer(te)
		}
		lp := sdklog.NewLoggerProvider(sdklog.WithProcessor(logs))
		tp := sdktrace.NewTracerProvider(traces)
		mp := sdkmetric.NewMeterProvider(sdkmetric.WithReader(sdkmetric.NewPeriodicReader(me)))
		otel.SetLoggerProvider(lp)
		otel.SetTracerProvider(tp)
		otel.SetMeterProvider(mp)
		otel.SetTextMapPropagator(propagation.NewCompositeTextMapPropagator(propagation.TraceContext{}, propagation.Baggage{}))
		return func() {
			_ = lp.Shutdown(ctx)
			_ = mp.Shutdown(ctx)
			_ = tp.Shutdown(ctx)
		}
	}
	wrap = func(h http.Handler) http.Handler { return otelhttp.NewHandler(h, "") }
	detachment = func(ctx context.Context) context.Context { return ctx }
}
