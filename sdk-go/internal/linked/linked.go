// Package linked knows what a build has added to the SDK on request (otel --with
// NAME): exporters, propagators, configuration by file. The packages below with/
// register themselves in their init functions; package otelsetup asks when the
// program is ready, that is when all init functions of packages have run.
package linked

import (
	"context"
	"sync"

	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/propagation"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// Exporter makes the exporters of one name. What it does not export is nil.
type Exporter struct {
	Traces  func(context.Context) (sdktrace.SpanExporter, error)
	Metrics func(context.Context) (sdkmetric.Exporter, error)
	Reader  func(context.Context) (sdkmetric.Reader, error)
	Logs    func(context.Context) (any, error) // an Exporter of the log SDK, which is not linked here
}

// SDK is what a configuration file describes.
type SDK struct {
	Traces     trace.TracerProvider
	Metrics    metric.MeterProvider
	SetLogs    func() // the log API is not linked here
	Propagator propagation.TextMapPropagator
	Flush      func(context.Context) error
}

var (
	mu          sync.Mutex
	exporters   = map[string]Exporter{}
	propagators = map[string]propagation.TextMapPropagator{}
	configure   func(file string) (*SDK, error)
	onReady     []func()
	ready       bool
	logs        bool
)

// AddExporter registers one under the name that OTEL_…_EXPORTER has; those of
// OTLP have the protocol behind it: "otlp/grpc".
func AddExporter(name string, e Exporter) {
	mu.Lock()
	defer mu.Unlock()
	exporters[name] = e
}

// FindExporter returns the exporter of that name.
func FindExporter(name string) (Exporter, bool) {
	mu.Lock()
	defer mu.Unlock()
	e, ok := exporters[name]
	return e, ok
}

// AddPropagator registers one under its name in OTEL_PROPAGATORS.
func AddPropagator(name string, p propagation.TextMapPropagator) {
	mu.Lock()
	defer mu.Unlock()
	propagators[name] = p
}

// FindPropagator returns the propagator of that name, or nil.
func FindPropagator(name string) propagation.TextMapPropagator {
	mu.Lock()
	defer mu.Unlock()
	return propagators[name]
}

// SetConfigure registers what reads OTEL_CONFIG_FILE.
func SetConfigure(f func(file string) (*SDK, error)) {
	mu.Lock()
	defer mu.Unlock()
	configure = f
}

// Configure returns what SetConfigure was given, or nil.
func Configure() func(file string) (*SDK, error) {
	mu.Lock()
	defer mu.Unlock()
	return configure
}

// SetLogs tells that log records are exported in this program.
func SetLogs() {
	mu.Lock()
	defer mu.Unlock()
	logs = true
}

// HasLogs tells whether they are.
func HasLogs() bool {
	mu.Lock()
	defer mu.Unlock()
	return logs
}

// OnReady calls f when the program is ready.
func OnReady(f func()) {
	mu.Lock()
	now := ready
	if !now {
		onReady = append(onReady, f)
	}
	mu.Unlock()
	if now {
		f()
	}
}

// Ready tells that all packages are initialised. The generated file's init
// function does, by package link.
func Ready() {
	mu.Lock()
	list := onReady
	ready, onReady = true, nil
	mu.Unlock()
	for _, f := range list {
		f()
	}
}
