package nethttp

import (
	"context"

	"go.opentelemetry.io/otel/metric"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/serverspan"
)

// unclaimed drops measurements of requests whose span an instrumentation of the
// program's own has taken over: it records the same metrics.
type unclaimed struct{ metric.MeterProvider }

func (p unclaimed) Meter(name string, opts ...metric.MeterOption) metric.Meter {
	return unclaimedMeter{p.MeterProvider.Meter(name, opts...)}
}

type unclaimedMeter struct{ metric.Meter }

func (m unclaimedMeter) Int64Histogram(name string, opts ...metric.Int64HistogramOption) (metric.Int64Histogram, error) {
	h, err := m.Meter.Int64Histogram(name, opts...)
	return unclaimedInt64{h}, err
}

func (m unclaimedMeter) Float64Histogram(name string, opts ...metric.Float64HistogramOption) (metric.Float64Histogram, error) {
	h, err := m.Meter.Float64Histogram(name, opts...)
	return unclaimedFloat64{h}, err
}

type unclaimedInt64 struct{ metric.Int64Histogram }

func (h unclaimedInt64) Record(ctx context.Context, v int64, opts ...metric.RecordOption) {
	if s := serverspan.FromContext(ctx); s == nil || !s.Claimed.Load() {
		h.Int64Histogram.Record(ctx, v, opts...)
	}
}

type unclaimedFloat64 struct{ metric.Float64Histogram }

func (h unclaimedFloat64) Record(ctx context.Context, v float64, opts ...metric.RecordOption) {
	if s := serverspan.FromContext(ctx); s == nil || !s.Claimed.Load() {
		h.Float64Histogram.Record(ctx, v, opts...)
	}
}
