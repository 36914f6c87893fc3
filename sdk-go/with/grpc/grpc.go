// Package grpc adds the official OTLP/gRPC exporters to a program: otel --with
// grpc. OTEL_EXPORTER_OTLP_PROTOCOL=grpc, for one signal or for all, chooses them.
package grpc

import (
	"context"

	"go.opentelemetry.io/otel/exporters/otlp/otlplog/otlploggrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetricgrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/linked"
)

func init() {
	linked.AddExporter("otlp/grpc", linked.Exporter{
		Traces:  func(ctx context.Context) (sdktrace.SpanExporter, error) { return otlptracegrpc.New(ctx) },
		Metrics: func(ctx context.Context) (sdkmetric.Exporter, error) { return otlpmetricgrpc.New(ctx) },
		Logs:    func(ctx context.Context) (any, error) { return otlploggrpc.New(ctx) },
	})
}

// Link is the hook by which the package gets into a program; that it is linked is
// all.
func Link(hook.Context) {}
