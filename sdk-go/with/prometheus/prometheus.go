// Package prometheus serves a program's metrics to Prometheus: otel --with
// prometheus. OTEL_METRICS_EXPORTER=prometheus chooses it; the address is
// OTEL_EXPORTER_PROMETHEUS_HOST and OTEL_EXPORTER_PROMETHEUS_PORT, localhost:9464.
package prometheus

import (
	"context"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	exporter "go.opentelemetry.io/otel/exporters/prometheus"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/goctx"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/linked"
)

func init() {
	linked.AddExporter("prometheus", linked.Exporter{Reader: newReader})
}

// Link is the hook by which the package gets into a program; that it is linked is
// all.
func Link(hook.Context) {}

func address(env func(string) string) string {
	host, port := env("OTEL_EXPORTER_PROMETHEUS_HOST"), env("OTEL_EXPORTER_PROMETHEUS_PORT")
	if host == "" {
		host = "localhost"
	}
	if port == "" {
		port = "9464"
	}
	return net.JoinHostPort(host, port)
}

// newReader has a registry of its own: what the program registers with
// Prometheus's default one is served where the program serves it.
func newReader(context.Context) (sdkmetric.Reader, error) {
	registry := prometheus.NewRegistry()
	reader, err := exporter.New(exporter.WithRegisterer(registry))
	if err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp", address(os.Getenv))
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("/metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
	srv := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	_, resume := goctx.Suppress(context.Background())
	defer resume()
	go func() { _ = srv.Serve(l) }() // until the program ends
	return reader, nil
}
