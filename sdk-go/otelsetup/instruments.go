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

// core is what all kinds have: the present provider's instrument, and how a
// provider is asked for it.
type core[I any] struct {
	m      *meter
	create func(metric.Meter) (I, error)
	cell   cell[I]
}

func (c *core[I]) make(m metric.Meter) error { return c.cell.set(c.create(m)) }

// enabled answers what newer versions of the API ask before they measure. The
// instrument embedded below would say no.
func (c *core[I]) enabled(ctx context.Context) bool {
	x, ok := c.cell.get(c.m.p)
	if !ok {
		return true // it will be measured when the SDK has started
	}
	e, asks := any(x).(interface{ Enabled(context.Context) bool })
	return !asks || e.Enabled(ctx)
}

type adder[I interface {
	Add(context.Context, N, ...metric.AddOption)
}, N any] struct{ core[I] }

func (a *adder[I, N]) Add(ctx context.Context, v N, opts ...metric.AddOption) {
	if x, ok := a.cell.get(a.m.p); ok {
		x.Add(ctx, v, opts...)
		return
	}
	a.m.p.whenStarted(func() {
		if x, ok := a.cell.get(a.m.p); ok {
			x.Add(ctx, v, opts...)
		}
	})
}

func (a *adder[I, N]) Enabled(ctx context.Context) bool { return a.enabled(ctx) }

type recorder[I interface {
	Record(context.Context, N, ...metric.RecordOption)
}, N any] struct{ core[I] }

func (r *recorder[I, N]) Record(ctx context.Context, v N, opts ...metric.RecordOption) {
	if x, ok := r.cell.get(r.m.p); ok {
		x.Record(ctx, v, opts...)
		return
	}
	r.m.p.whenStarted(func() {
		if x, ok := r.cell.get(r.m.p); ok {
			x.Record(ctx, v, opts...)
		}
	})
}

func (r *recorder[I, N]) Enabled(ctx context.Context) bool { return r.enabled(ctx) }

type observable[I metric.Observable] struct{ core[I] }

func (o *observable[I]) Unwrap() metric.Observable {
	if x := o.cell.v.Load(); x != nil {
		return *x
	}
	return nil
}

// observableKey is the key of an observable instrument: none where it has
// callbacks, since each has its own.
func (m *meter) observableKey(key instrumentKey, callbacks int) instrumentKey {
	if callbacks == 0 {
		return key
	}
	m.p.observed()
	return instrumentKey{}
}

// Each kind has the interface of the API below, one level deeper than the
// methods above, so that it gives those alone which are private or which newer
// versions of the API add.

type noInt64Counter struct{ metric.Int64Counter }

type int64Counter struct {
	adder[metric.Int64Counter, int64]
	noInt64Counter
}

func (m *meter) Int64Counter(name string, opts ...metric.Int64CounterOption) (metric.Int64Counter, error) {
	i := &int64Counter{noInt64Counter: noInt64Counter{metricnoop.Int64Counter{}}}
	i.m, i.create = m, func(m metric.Meter) (metric.Int64Counter, error) { return m.Int64Counter(name, opts...) }
	cfg := metric.NewInt64CounterConfig(opts...)
	return add(m, instrumentKey{"Int64Counter", name, cfg.Description(), cfg.Unit()}, i)
}

type noInt64UpDownCounter struct{ metric.Int64UpDownCounter }

type int64UpDownCounter struct {
	adder[metric.Int64UpDownCounter, int64]
	noInt64UpDownCounter
}

func (m *meter) Int64UpDownCounter(name string, opts ...metric.Int64UpDownCounterOption) (metric.Int64UpDownCounter, error) {
	i := &int64UpDownCounter{noInt64UpDownCounter: noInt64UpDownCounter{metricnoop.Int64UpDownCounter{}}}
	i.m, i.create = m, func(m metric.Meter) (metric.Int64UpDownCounter, error) { return m.Int64UpDownCounter(name, opts...) }
	cfg := metric.NewInt64UpDownCounterConfig(opts...)
	return add(m, instrumentKey{"Int64UpDownCounter", name, cfg.Description(), cfg.Unit()}, i)
}

type noInt64Histogram struct{ metric.Int64Histogram }

type int64Histogram struct {
	recorder[metric.Int64Histogram, int64]
	noInt64Histogram
}

func (m *meter) Int64Histogram(name string, opts ...metric.Int64HistogramOption) (metric.Int64Histogram, error) {
	i := &int64Histogram{noInt64Histogram: noInt64Histogram{metricnoop.Int64Histogram{}}}
	i.m, i.create = m, func(m metric.Meter) (metric.Int64Histogram, error) { return m.Int64Histogram(name, opts...) }
	cfg := metric.NewInt64HistogramConfig(opts...)
	return add(m, instrumentKey{"Int64Histogram", name, cfg.Description(), cfg.Unit()}, i)
}

type noInt64Gauge struct{ metric.Int64Gauge }

type int64Gauge struct {
	recorder[metric.Int64Gauge, int64]
	noInt64Gauge
}

func (m *meter) Int64Gauge(name string, opts ...metric.Int64GaugeOption) (metric.Int64Gauge, error) {
	i := &int64Gauge{noInt64Gauge: noInt64Gauge{metricnoop.Int64Gauge{}}}
	i.m, i.create = m, func(m metric.Meter) (metric.Int64Gauge, error) { return m.Int64Gauge(name, opts...) }
	cfg := metric.NewInt64GaugeConfig(opts...)
	return add(m, instrumentKey{"Int64Gauge", name, cfg.Description(), cfg.Unit()}, i)
}

type noInt64ObservableCounter struct{ metric.Int64ObservableCounter }

type int64ObservableCounter struct {
	observable[metric.Int64ObservableCounter]
	noInt64ObservableCounter
}

func (m *meter) Int64ObservableCounter(name string, opts ...metric.Int64ObservableCounterOption) (metric.Int64ObservableCounter, error) {
	i := &int64ObservableCounter{noInt64ObservableCounter: noInt64ObservableCounter{metricnoop.Int64ObservableCounter{}}}
	i.m, i.create = m, func(m metric.Meter) (metric.Int64ObservableCounter, error) {
		return m.Int64ObservableCounter(name, opts...)
	}
	cfg := metric.NewInt64ObservableCounterConfig(opts...)
	return add(m, m.observableKey(instrumentKey{"Int64ObservableCounter", name, cfg.Description(), cfg.Unit()}, len(cfg.Callbacks())), i)
}

type noInt64ObservableUpDownCounter struct {
	metric.Int64ObservableUpDownCounter
}

type int64ObservableUpDownCounter struct {
	observable[metric.Int64ObservableUpDownCounter]
	noInt64ObservableUpDownCounter
}

func (m *meter) Int64ObservableUpDownCounter(name string, opts ...metric.Int64ObservableUpDownCounterOption) (metric.Int64ObservableUpDownCounter, error) {
	i := &int64ObservableUpDownCounter{noInt64ObservableUpDownCounter: noInt64ObservableUpDownCounter{metricnoop.Int64ObservableUpDownCounter{}}}
	i.m, i.create = m, func(m metric.Meter) (metric.Int64ObservableUpDownCounter, error) {
		return m.Int64ObservableUpDownCounter(name, opts...)
	}
	cfg := metric.NewInt64ObservableUpDownCounterConfig(opts...)
	return add(m, m.observableKey(instrumentKey{"Int64ObservableUpDownCounter", name, cfg.Description(), cfg.Unit()}, len(cfg.Callbacks())), i)
}

type noInt64ObservableGauge struct{ metric.Int64ObservableGauge }

type int64ObservableGauge struct {
	observable[metric.Int64ObservableGauge]
	noInt64ObservableGauge
}

func (m *meter) Int64ObservableGauge(name string, opts ...metric.Int64ObservableGaugeOption) (metric.Int64ObservableGauge, error) {
	i := &int64ObservableGauge{noInt64ObservableGauge: noInt64ObservableGauge{metricnoop.Int64ObservableGauge{}}}
	i.m, i.create = m, func(m metric.Meter) (metric.Int64ObservableGauge, error) {
		return m.Int64ObservableGauge(name, opts...)
	}
	cfg := metric.NewInt64ObservableGaugeConfig(opts...)
	return add(m, m.observableKey(instrumentKey{"Int64ObservableGauge", name, cfg.Description(), cfg.Unit()}, len(cfg.Callbacks())), i)
}

type noFloat64Counter struct{ metric.Float64Counter }

type float64Counter struct {
	adder[metric.Float64Counter, float64]
	noFloat64Counter
}

func (m *meter) Float64Counter(name string, opts ...metric.Float64CounterOption) (metric.Float64Counter, error) {
	i := &float64Counter{noFloat64Counter: noFloat64Counter{metricnoop.Float64Counter{}}}
	i.m, i.create = m, func(m metric.Meter) (metric.Float64Counter, error) { return m.Float64Counter(name, opts...) }
	cfg := metric.NewFloat64CounterConfig(opts...)
	return add(m, instrumentKey{"Float64Counter", name, cfg.Description(), cfg.Unit()}, i)
}

type noFloat64UpDownCounter struct{ metric.Float64UpDownCounter }

type float64UpDownCounter struct {
	adder[metric.Float64UpDownCounter, float64]
	noFloat64UpDownCounter
}

func (m *meter) Float64UpDownCounter(name string, opts ...metric.Float64UpDownCounterOption) (metric.Float64UpDownCounter, error) {
	i := &float64UpDownCounter{noFloat64UpDownCounter: noFloat64UpDownCounter{metricnoop.Float64UpDownCounter{}}}
	i.m, i.create = m, func(m metric.Meter) (metric.Float64UpDownCounter, error) {
		return m.Float64UpDownCounter(name, opts...)
	}
	cfg := metric.NewFloat64UpDownCounterConfig(opts...)
	return add(m, instrumentKey{"Float64UpDownCounter", name, cfg.Description(), cfg.Unit()}, i)
}

type noFloat64Histogram struct{ metric.Float64Histogram }

type float64Histogram struct {
	recorder[metric.Float64Histogram, float64]
	noFloat64Histogram
}

func (m *meter) Float64Histogram(name string, opts ...metric.Float64HistogramOption) (metric.Float64Histogram, error) {
	i := &float64Histogram{noFloat64Histogram: noFloat64Histogram{metricnoop.Float64Histogram{}}}
	i.m, i.create = m, func(m metric.Meter) (metric.Float64Histogram, error) { return m.Float64Histogram(name, opts...) }
	cfg := metric.NewFloat64HistogramConfig(opts...)
	return add(m, instrumentKey{"Float64Histogram", name, cfg.Description(), cfg.Unit()}, i)
}

type noFloat64Gauge struct{ metric.Float64Gauge }

type float64Gauge struct {
	recorder[metric.Float64Gauge, float64]
	noFloat64Gauge
}

func (m *meter) Float64Gauge(name string, opts ...metric.Float64GaugeOption) (metric.Float64Gauge, error) {
	i := &float64Gauge{noFloat64Gauge: noFloat64Gauge{metricnoop.Float64Gauge{}}}
	i.m, i.create = m, func(m metric.Meter) (metric.Float64Gauge, error) { return m.Float64Gauge(name, opts...) }
	cfg := metric.NewFloat64GaugeConfig(opts...)
	return add(m, instrumentKey{"Float64Gauge", name, cfg.Description(), cfg.Unit()}, i)
}

type noFloat64ObservableCounter struct {
	metric.Float64ObservableCounter
}

type float64ObservableCounter struct {
	observable[metric.Float64ObservableCounter]
	noFloat64ObservableCounter
}

func (m *meter) Float64ObservableCounter(name string, opts ...metric.Float64ObservableCounterOption) (metric.Float64ObservableCounter, error) {
	i := &float64ObservableCounter{noFloat64ObservableCounter: noFloat64ObservableCounter{metricnoop.Float64ObservableCounter{}}}
	i.m, i.create = m, func(m metric.Meter) (metric.Float64ObservableCounter, error) {
		return m.Float64ObservableCounter(name, opts...)
	}
	cfg := metric.NewFloat64ObservableCounterConfig(opts...)
	return add(m, m.observableKey(instrumentKey{"Float64ObservableCounter", name, cfg.Description(), cfg.Unit()}, len(cfg.Callbacks())), i)
}

type noFloat64ObservableUpDownCounter struct {
	metric.Float64ObservableUpDownCounter
}

type float64ObservableUpDownCounter struct {
	observable[metric.Float64ObservableUpDownCounter]
	noFloat64ObservableUpDownCounter
}

func (m *meter) Float64ObservableUpDownCounter(name string, opts ...metric.Float64ObservableUpDownCounterOption) (metric.Float64ObservableUpDownCounter, error) {
	i := &float64ObservableUpDownCounter{noFloat64ObservableUpDownCounter: noFloat64ObservableUpDownCounter{metricnoop.Float64ObservableUpDownCounter{}}}
	i.m, i.create = m, func(m metric.Meter) (metric.Float64ObservableUpDownCounter, error) {
		return m.Float64ObservableUpDownCounter(name, opts...)
	}
	cfg := metric.NewFloat64ObservableUpDownCounterConfig(opts...)
	return add(m, m.observableKey(instrumentKey{"Float64ObservableUpDownCounter", name, cfg.Description(), cfg.Unit()}, len(cfg.Callbacks())), i)
}

type noFloat64ObservableGauge struct{ metric.Float64ObservableGauge }

type float64ObservableGauge struct {
	observable[metric.Float64ObservableGauge]
	noFloat64ObservableGauge
}

func (m *meter) Float64ObservableGauge(name string, opts ...metric.Float64ObservableGaugeOption) (metric.Float64ObservableGauge, error) {
	i := &float64ObservableGauge{noFloat64ObservableGauge: noFloat64ObservableGauge{metricnoop.Float64ObservableGauge{}}}
	i.m, i.create = m, func(m metric.Meter) (metric.Float64ObservableGauge, error) {
		return m.Float64ObservableGauge(name, opts...)
	}
	cfg := metric.NewFloat64ObservableGaugeConfig(opts...)
	return add(m, m.observableKey(instrumentKey{"Float64ObservableGauge", name, cfg.Description(), cfg.Unit()}, len(cfg.Callbacks())), i)
}
