// Package config reads OTEL_CONFIG_FILE with the official otelconf: otel --with
// config. What the file describes takes the place of the other OTEL_ variables.
package config

import (
	"context"
	"errors"
	"os"
	"reflect"
	"strings"

	"go.opentelemetry.io/contrib/otelconf"
	"go.opentelemetry.io/otel"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/goctx"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/linked"
)

func init() { linked.SetConfigure(configure) }

// Link is the hook by which the package gets into a program; that it is linked is
// all.
func Link(hook.Context) {}

func configure(file string) (*linked.SDK, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	parsed, err := otelconf.ParseYAML(text)
	if err != nil {
		return nil, err
	}
	sdk, err := otelconf.NewSDK(otelconf.WithOpenTelemetryConfiguration(*parsed))
	if err != nil {
		return nil, err
	}
	traces, metrics, logs := sdk.TracerProvider(), sdk.MeterProvider(), sdk.LoggerProvider()
	return &linked.SDK{
		Traces:     traces,
		Metrics:    metrics,
		Propagator: sdk.Propagator(),
		SetLogs: func() {
			// The program's own wins.
			t := typePackage(otel.GetLoggerProvider())
			if strings.HasSuffix(t, "/internal/global") || strings.HasSuffix(t, "/sdk/hook/otellog") {
				otel.SetLoggerProvider(logs)
			}
		},
		Flush: func(ctx context.Context) error {
			ctx, resume := goctx.Suppress(ctx)
			defer resume()
			var errs []error
			for _, p := range []any{traces, metrics, logs} {
				if f, ok := p.(interface{ ForceFlush(context.Context) error }); ok {
					errs = append(errs, f.ForceFlush(ctx))
				}
			}
			return errors.Join(errs...)
		},
	}, nil
}

func typePackage(v any) string {
	t := reflect.TypeOf(v)
	if t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t == nil {
		return ""
	}
	return t.PkgPath()
}
