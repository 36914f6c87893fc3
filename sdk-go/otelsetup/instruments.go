package otelsetup

import (
	"context"
	"sync/atomic"

	"go.opentelemetry.io/otel/metric"
	metricnoop "go.opentelemetry.io/otel/metric/noop"
)

// The kinds of instruments differ in their types alone. A synchronous one looks
// for a provider of the program at each use; an observable one is only handed
// on, its callbacks look.

// cell holds the instrument of the present provider.
type cell[T any] struct{ v atomic.Pointer[T] }

func (c *cell[T]) set(v T, err error) error {
	// The SDK returns a usable instrument beside an error, others may not.
	if any(v) != nil {
		c.v.Store(&v)
	}
	return err
}

func (c *cell[T]) get(p *meterProvider) (v T, ok bool) {
	p.follow()
	x := c.v.Load()
	if x == nil {
		p.ensure()
		if x = c.v.Load(); x == nil {
			return v, false
		}
	}
	return *x, true
}

// enabled answers what newer versions of the API ask before they measure. The
// embedded instrument would say no.
func enabled[T any](ctx context.Context, c *cell[T], p *meterProvider) bool {
	x, ok := c.get(p)
	if !ok {
		return false
	}
	e, asks := any(x).(interface{ Enabled(context.Context) bool })
	return !asks || e.Enabled(ctx)
}

type int64Counter struct {
	metric.Int64Counter
	m    *meter
	name string
	opts []metric.Int64CounterOption
	cell cell[metric.Int64Counter]
}

func (m *meter) Int64Counter(name string, opts ...metric.Int64CounterOption) (metric.Int64Counter, error) {
	i := &int64Counter{Int64Counter: metricnoop.Int64Counter{}, m: m, name: name, opts: opts}
	cfg := metric.NewInt64CounterConfig(opts...)
	key := instrumentKey{"Int64Counter", name, cfg.Description(), cfg.Unit()}
	return add(m, key, i)
}

func (i *int64Counter) make(m metric.Meter) error {
	return i.cell.set(m.Int64Counter(i.name, i.opts...))
}

func (i *int64Counter) Add(ctx context.Context, v int64, opts ...metric.AddOption) {
	if x, ok := i.cell.get(i.m.p); ok {
		x.Add(ctx, v, opts...)
	}
}

func (i *int64Counter) Enabled(ctx context.Context) bool { return enabled(ctx, &i.cell, i.m.p) }

type int64UpDownCounter struct {
	metric.Int64UpDownCounter
	m    *meter
	name string
	opts []metric.Int64UpDownCounterOption
	cell cell[metric.Int64UpDownCounter]
}

func (m *meter) Int64UpDownCounter(name string, opts ...metric.Int64UpDownCounterOption) (metric.Int64UpDownCounter, error) {
	i := &int64UpDownCounter{Int64UpDownCounter: metricnoop.Int64UpDownCounter{}, m: m, name: name, opts: opts}
	cfg := metric.NewInt64UpDownCounterConfig(opts...)
	key := instrumentKey{"Int64UpDownCounter", name, cfg.Description(), cfg.Unit()}
	return add(m, key, i)
}

func (i *int64UpDownCounter) make(m metric.Meter) error {
	return i.cell.set(m.Int64UpDownCounter(i.name, i.opts...))
}

func (i *int64UpDownCounter) Add(ctx context.Context, v int64, opts ...metric.AddOption) {
	if x, ok := i.cell.get(i.m.p); ok {
		x.Add(ctx, v, opts...)
	}
}

func (i *int64UpDownCounter) Enabled(ctx context.Context) bool { return enabled(ctx, &i.cell, i.m.p) }

type int64Histogram struct {
	metric.Int64Histogram
	m    *meter
	name string
	opts []metric.Int64HistogramOption
	cell cell[metric.Int64Histogram]
}

func (m *meter) Int64Histogram(name string, opts ...metric.Int64HistogramOption) (metric.Int64Histogram, error) {
	i := &int64Histogram{Int64Histogram: metricnoop.Int64Histogram{}, m: m, name: name, opts: opts}
	cfg := metric.NewInt64HistogramConfig(opts...)
	key := instrumentKey{"Int64Histogram", name, cfg.Description(), cfg.Unit()}
	return add(m, key, i)
}

func (i *int64Histogram) make(m metric.Meter) error {
	return i.cell.set(m.Int64Histogram(i.name, i.opts...))
}

func (i *int64Histogram) Record(ctx context.Context, v int64, opts ...metric.RecordOption) {
	if x, ok := i.cell.get(i.m.p); ok {
		x.Record(ctx, v, opts...)
	}
}

func (i *int64Histogram) Enabled(ctx context.Context) bool { return enabled(ctx, &i.cell, i.m.p) }

type int64Gauge struct {
	metric.Int64Gauge
	m    *meter
	name string
	opts []metric.Int64GaugeOption
	cell cell[metric.Int64Gauge]
}

func (m *meter) Int64Gauge(name string, opts ...metric.Int64GaugeOption) (metric.Int64Gauge, error) {
	i := &int64Gauge{Int64Gauge: metricnoop.Int64Gauge{}, m: m, name: name, opts: opts}
	cfg := metric.NewInt64GaugeConfig(opts...)
	key := instrumentKey{"Int64Gauge", name, cfg.Description(), cfg.Unit()}
	return add(m, key, i)
}

func (i *int64Gauge) make(m metric.Meter) error { return i.cell.set(m.Int64Gauge(i.name, i.opts...)) }

func (i *int64Gauge) Record(ctx context.Context, v int64, opts ...metric.RecordOption) {
	if x, ok := i.cell.get(i.m.p); ok {
		x.Record(ctx, v, opts...)
	}
}

func (i *int64Gauge) Enabled(ctx context.Context) bool { return enabled(ctx, &i.cell, i.m.p) }

type int64ObservableCounter struct {
	metric.Int64ObservableCounter
	name string
	opts []metric.Int64ObservableCounterOption
	cell cell[metric.Int64ObservableCounter]
}

func (m *meter) Int64ObservableCounter(name string, opts ...metric.Int64ObservableCounterOption) (metric.Int64ObservableCounter, error) {
	i := &int64ObservableCounter{Int64ObservableCounter: metricnoop.Int64ObservableCounter{}, name: name, opts: opts}
	cfg := metric.NewInt64ObservableCounterConfig(opts...)
	key := instrumentKey{"Int64ObservableCounter", name, cfg.Description(), cfg.Unit()}
	if len(cfg.Callbacks()) > 0 {
		key = instrumentKey{} // each has callbacks of its own
		m.p.observed()
	}
	return add(m, key, i)
}

func (i *int64ObservableCounter) make(m metric.Meter) error {
	return i.cell.set(m.Int64ObservableCounter(i.name, i.opts...))
}

func (i *int64ObservableCounter) Unwrap() metric.Observable {
	if x := i.cell.v.Load(); x != nil {
		return *x
	}
	return nil
}

type int64ObservableUpDownCounter struct {
	metric.Int64ObservableUpDownCounter
	name string
	opts []metric.Int64ObservableUpDownCounterOption
	cell cell[metric.Int64ObservableUpDownCounter]
}

func (m *meter) Int64ObservableUpDownCounter(name string, opts ...metric.Int64ObservableUpDownCounterOption) (metric.Int64ObservableUpDownCounter, error) {
	i := &int64ObservableUpDownCounter{Int64ObservableUpDownCounter: metricnoop.Int64ObservableUpDownCounter{}, name: name, opts: opts}
	cfg := metric.NewInt64ObservableUpDownCounterConfig(opts...)
	key := instrumentKey{"Int64ObservableUpDownCounter", name, cfg.Description(), cfg.Unit()}
	if len(cfg.Callbacks()) > 0 {
		key = instrumentKey{} // each has callbacks of its own
		m.p.observed()
	}
	return add(m, key, i)
}

func (i *int64ObservableUpDownCounter) make(m metric.Meter) error {
	return i.cell.set(m.Int64ObservableUpDownCounter(i.name, i.opts...))
}

func (i *int64ObservableUpDownCounter) Unwrap() metric.Observable {
	if x := i.cell.v.Load(); x != nil {
		return *x
	}
	return nil
}

type int64ObservableGauge struct {
	metric.Int64ObservableGauge
	name string
	opts []metric.Int64ObservableGaugeOption
	cell cell[metric.Int64ObservableGauge]
}

func (m *meter) Int64ObservableGauge(name string, opts ...metric.Int64ObservableGaugeOption) (metric.Int64ObservableGauge, error) {
	i := &int64ObservableGauge{Int64ObservableGauge: metricnoop.Int64ObservableGauge{}, name: name, opts: opts}
	cfg := metric.NewInt64ObservableGaugeConfig(opts...)
	key := instrumentKey{"Int64ObservableGauge", name, cfg.Description(), cfg.Unit()}
	if len(cfg.Callbacks()) > 0 {
		key = instrumentKey{} // each has callbacks of its own
		m.p.observed()
	}
	return add(m, key, i)
}

func (i *int64ObservableGauge) make(m metric.Meter) error {
	return i.cell.set(m.Int64ObservableGauge(i.name, i.opts...))
}

func (i *int64ObservableGauge) Unwrap() metric.Observable {
	if x := i.cell.v.Load(); x != nil {
		return *x
	}
	return nil
}

type float64Counter struct {
	metric.Float64Counter
	m    *meter
	name string
	opts []metric.Float64CounterOption
	cell cell[metric.Float64Counter]
}

func (m *meter) Float64Counter(name string, opts ...metric.Float64CounterOption) (metric.Float64Counter, error) {
	i := &float64Counter{Float64Counter: metricnoop.Float64Counter{}, m: m, name: name, opts: opts}
	cfg := metric.NewFloat64CounterConfig(opts...)
	key := instrumentKey{"Float64Counter", name, cfg.Description(), cfg.Unit()}
	return add(m, key, i)
}

func (i *float64Counter) make(m metric.Meter) error {
	return i.cell.set(m.Float64Counter(i.name, i.opts...))
}

func (i *float64Counter) Add(ctx context.Context, v float64, opts ...metric.AddOption) {
	if x, ok := i.cell.get(i.m.p); ok {
		x.Add(ctx, v, opts...)
	}
}

func (i *float64Counter) Enabled(ctx context.Context) bool { return enabled(ctx, &i.cell, i.m.p) }

type float64UpDownCounter struct {
	metric.Float64UpDownCounter
	m    *meter
	name string
	opts []metric.Float64UpDownCounterOption
	cell cell[metric.Float64UpDownCounter]
}

func (m *meter) Float64UpDownCounter(name string, opts ...metric.Float64UpDownCounterOption) (metric.Float64UpDownCounter, error) {
	i := &float64UpDownCounter{Float64UpDownCounter: metricnoop.Float64UpDownCounter{}, m: m, name: name, opts: opts}
	cfg := metric.NewFloat64UpDownCounterConfig(opts...)
	key := instrumentKey{"Float64UpDownCounter", name, cfg.Description(), cfg.Unit()}
	return add(m, key, i)
}

func (i *float64UpDownCounter) make(m metric.Meter) error {
	return i.cell.set(m.Float64UpDownCounter(i.name, i.opts...))
}

func (i *float64UpDownCounter) Add(ctx context.Context, v float64, opts ...metric.AddOption) {
	if x, ok := i.cell.get(i.m.p); ok {
		x.Add(ctx, v, opts...)
	}
}

func (i *float64UpDownCounter) Enabled(ctx context.Context) bool { return enabled(ctx, &i.cell, i.m.p) }

type float64Histogram struct {
	metric.Float64Histogram
	m    *meter
	name string
	opts []metric.Float64HistogramOption
	cell cell[metric.Float64Histogram]
}

func (m *meter) Float64Histogram(name string, opts ...metric.Float64HistogramOption) (metric.Float64Histogram, error) {
	i := &float64Histogram{Float64Histogram: metricnoop.Float64Histogram{}, m: m, name: name, opts: opts}
	cfg := metric.NewFloat64HistogramConfig(opts...)
	key := instrumentKey{"Float64Histogram", name, cfg.Description(), cfg.Unit()}
	return add(m, key, i)
}

func (i *float64Histogram) make(m metric.Meter) error {
	return i.cell.set(m.Float64Histogram(i.name, i.opts...))
}

func (i *float64Histogram) Record(ctx context.Context, v float64, opts ...metric.RecordOption) {
	if x, ok := i.cell.get(i.m.p); ok {
		x.Record(ctx, v, opts...)
	}
}

func (i *float64Histogram) Enabled(ctx context.Context) bool { return enabled(ctx, &i.cell, i.m.p) }

type float64Gauge struct {
	metric.Float64Gauge
	m    *meter
	name string
	opts []metric.Float64GaugeOption
	cell cell[metric.Float64Gauge]
}

func (m *meter) Float64Gauge(name string, opts ...metric.Float64GaugeOption) (metric.Float64Gauge, error) {
	i := &float64Gauge{Float64Gauge: metricnoop.Float64Gauge{}, m: m, name: name, opts: opts}
	cfg := metric.NewFloat64GaugeConfig(opts...)
	key := instrumentKey{"Float64Gauge", name, cfg.Description(), cfg.Unit()}
	return add(m, key, i)
}

func (i *float64Gauge) make(m metric.Meter) error {
	return i.cell.set(m.Float64Gauge(i.name, i.opts...))
}

func (i *float64Gauge) Record(ctx context.Context, v float64, opts ...metric.RecordOption) {
	if x, ok := i.cell.get(i.m.p); ok {
		x.Record(ctx, v, opts...)
	}
}

func (i *float64Gauge) Enabled(ctx context.Context) bool { return enabled(ctx, &i.cell, i.m.p) }

type float64ObservableCounter struct {
	metric.Float64ObservableCounter
	name string
	opts []metric.Float64ObservableCounterOption
	cell cell[metric.Float64ObservableCounter]
}

func (m *meter) Float64ObservableCounter(name string, opts ...metric.Float64ObservableCounterOption) (metric.Float64ObservableCounter, error) {
	i := &float64ObservableCounter{Float64ObservableCounter: metricnoop.Float64ObservableCounter{}, name: name, opts: opts}
	cfg := metric.NewFloat64ObservableCounterConfig(opts...)
	key := instrumentKey{"Float64ObservableCounter", name, cfg.Description(), cfg.Unit()}
	if len(cfg.Callbacks()) > 0 {
		key = instrumentKey{} // each has callbacks of its own
		m.p.observed()
	}
	return add(m, key, i)
}

func (i *float64ObservableCounter) make(m metric.Meter) error {
	return i.cell.set(m.Float64ObservableCounter(i.name, i.opts...))
}

func (i *float64ObservableCounter) Unwrap() metric.Observable {
	if x := i.cell.v.Load(); x != nil {
		return *x
	}
	return nil
}

type float64ObservableUpDownCounter struct {
	metric.Float64ObservableUpDownCounter
	name string
	opts []metric.Float64ObservableUpDownCounterOption
	cell cell[metric.Float64ObservableUpDownCounter]
}

func (m *meter) Float64ObservableUpDownCounter(name string, opts ...metric.Float64ObservableUpDownCounterOption) (metric.Float64ObservableUpDownCounter, error) {
	i := &float64ObservableUpDownCounter{Float64ObservableUpDownCounter: metricnoop.Float64ObservableUpDownCounter{}, name: name, opts: opts}
	cfg := metric.NewFloat64ObservableUpDownCounterConfig(opts...)
	key := instrumentKey{"Float64ObservableUpDownCounter", name, cfg.Description(), cfg.Unit()}
	if len(cfg.Callbacks()) > 0 {
		key = instrumentKey{} // each has callbacks of its own
		m.p.observed()
	}
	return add(m, key, i)
}

func (i *float64ObservableUpDownCounter) make(m metric.Meter) error {
	return i.cell.set(m.Float64ObservableUpDownCounter(i.name, i.opts...))
}

func (i *float64ObservableUpDownCounter) Unwrap() metric.Observable {
	if x := i.cell.v.Load(); x != nil {
		return *x
	}
	return nil
}

type float64ObservableGauge struct {
	metric.Float64ObservableGauge
	name string
	opts []metric.Float64ObservableGaugeOption
	cell cell[metric.Float64ObservableGauge]
}

func (m *meter) Float64ObservableGauge(name string, opts ...metric.Float64ObservableGaugeOption) (metric.Float64ObservableGauge, error) {
	i := &float64ObservableGauge{Float64ObservableGauge: metricnoop.Float64ObservableGauge{}, name: name, opts: opts}
	cfg := metric.NewFloat64ObservableGaugeConfig(opts...)
	key := instrumentKey{"Float64ObservableGauge", name, cfg.Description(), cfg.Unit()}
	if len(cfg.Callbacks()) > 0 {
		key = instrumentKey{} // each has callbacks of its own
		m.p.observed()
	}
	return add(m, key, i)
}

func (i *float64ObservableGauge) make(m metric.Meter) error {
	return i.cell.set(m.Float64ObservableGauge(i.name, i.opts...))
}

func (i *float64ObservableGauge) Unwrap() metric.Observable {
	if x := i.cell.v.Load(); x != nil {
		return *x
	}
	return nil
}
