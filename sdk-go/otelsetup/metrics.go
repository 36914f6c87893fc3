package otelsetup

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	runtimecontrib "go.opentelemetry.io/contrib/instrumentation/runtime"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	metricnoop "go.opentelemetry.io/otel/metric/noop"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/console"
)

// meterProvider stands in for the SDK's until the first instrument, and for the
// program's own one from when it is set: every instrument and callback made
// before is then made again there. The embedded values answer methods that a
// newer API may add.
//
// Asking for meters and instruments does not start the SDK, measuring does:
// programs make them in init functions, before they set a provider. Where there
// are only observable ones, nothing ever measures; then the SDK starts a while
// later, when the program would have set its own.
type meterProvider struct {
	metric.MeterProvider
	setup  *setup
	before any // see placeholder
	sdk    *sdkmetric.MeterProvider

	cur   atomic.Pointer[resolvedMeters]
	delay sync.Once

	mu         sync.Mutex // guards what follows, and that of the meters
	starting   bool
	waiting    []func() // for the SDK that is starting
	meters     map[meterKey]*meter
	ownRuntime bool
}

// Meters and instruments that are asked for again are the same, as in the SDK:
// some programs ask at each use.
type meterKey struct {
	name, version, schema string
	attributes            attribute.Distinct
}

type instrumentKey struct{ kind, name, description, unit string }

type resolvedMeters struct{ provider metric.MeterProvider }

func newMeterProvider(s *setup) *meterProvider {
	return &meterProvider{MeterProvider: metricnoop.NewMeterProvider(), setup: s,
		before: placeholder(otel.GetMeterProvider()), meters: map[meterKey]*meter{}}
}

func (p *meterProvider) Meter(name string, opts ...metric.MeterOption) metric.Meter {
	p.follow()
	cfg := metric.NewMeterConfig(opts...)
	attrs := cfg.InstrumentationAttributes()
	key := meterKey{name, cfg.InstrumentationVersion(), cfg.SchemaURL(), attrs.Equivalent()}
	p.mu.Lock()
	defer p.mu.Unlock()
	if m := p.meters[key]; m != nil {
		return m
	}
	if p.ownRuntime && name == runtimecontrib.ScopeName {
		return metricnoop.Meter{} // these metrics are there already
	}
	m := &meter{Meter: metricnoop.Meter{}, p: p, name: name, opts: opts, known: map[instrumentKey]instrument{}}
	if to := p.target(); to != nil {
		m.target = to.Meter(name, opts...)
	}
	p.meters[key] = m
	return m
}

// target returns the provider that instruments go to now, nil before the SDK
// has started.
func (p *meterProvider) target() metric.MeterProvider {
	if r := p.cur.Load(); r != nil && !same(r.provider, p) {
		return r.provider
	}
	if p.sdk == nil {
		return nil
	}
	return p.sdk
}

// ensure starts the SDK unless instruments go elsewhere, or it is being started:
// while it starts it may make instruments for itself and measure, so that it is
// not waited for, and p.mu is not held.
func (p *meterProvider) ensure() {
	p.follow()
	p.mu.Lock()
	if p.starting || p.target() != nil {
		p.mu.Unlock()
		return
	}
	p.starting = true
	p.mu.Unlock()
	sdk := p.start()
	p.mu.Lock()
	p.starting = false
	if p.target() == nil {
		p.sdk = sdk
		for _, m := range p.meters {
			m.move(sdk.Meter(m.name, m.opts...))
		}
	} else { // the program has set its own meanwhile
		end(sdk)
	}
	waiting := p.waiting
	p.waiting = nil
	p.mu.Unlock()
	for _, f := range waiting {
		f()
	}
}

// whenStarted calls f, at once unless the SDK is being started.
func (p *meterProvider) whenStarted(f func()) {
	p.mu.Lock()
	if p.starting {
		p.waiting = append(p.waiting, f)
		p.mu.Unlock()
		return
	}
	p.mu.Unlock()
	f()
}

// end sends what an SDK has, which is not worth waiting for.
func end(sdk *sdkmetric.MeterProvider) {
	go func() {
		defer suppressHere()()
		_ = sdk.Shutdown(context.Background())
	}()
}

const observeDelay = 5 * time.Second

// observed is called when something was registered that waits to be asked.
func (p *meterProvider) observed() {
	p.delay.Do(func() {
		t := time.AfterFunc(observeDelay, p.ensure)
		p.setup.addFlusher(flusher{flush: func(context.Context) error {
			t.Stop()
			p.ensure()
			return nil
		}, first: true})
	})
}

// observeRuntime adds the contrib runtime metrics, once the program has had time
// to set a provider or to start them itself.
func (p *meterProvider) observeRuntime() {
	p.follow()
	p.mu.Lock()
	if r := p.cur.Load(); p.ownRuntime || r != nil && !same(r.provider, p) {
		p.mu.Unlock()
		return
	}
	for key := range p.meters {
		if key.name == runtimecontrib.ScopeName {
			p.mu.Unlock()
			return
		}
	}
	p.ownRuntime = true
	p.mu.Unlock()
	p.ensure()
	p.whenStarted(func() {
		p.mu.Lock()
		sdk := p.sdk
		p.mu.Unlock()
		if sdk == nil {
			return // the program has set its own in this very moment
		}
		if err := runtimecontrib.Start(runtimecontrib.WithMeterProvider(sdk)); err != nil {
			otel.Handle(err)
		}
	})
}

func (p *meterProvider) start() *sdkmetric.MeterProvider {
	defer suppressHere()()
	opts := []sdkmetric.Option{sdkmetric.WithResource(p.setup.resource())}
	for _, name := range exporters(p.setup.env, "METRICS") {
		switch name {
		case "otlp":
			if e := p.setup.otlpMetrics(); e != nil {
				r := sdkmetric.NewPeriodicReader(e)
				opts = append(opts, sdkmetric.WithReader(r))
				p.setup.addFlusher(e.flusher(r.ForceFlush))
			}
		case "console":
			r := sdkmetric.NewPeriodicReader(console.NewMetricExporter(p.setup.consoleWriter()))
			opts = append(opts, sdkmetric.WithReader(r))
			p.setup.addFlusher(flusher{flush: r.ForceFlush})
		default:
			if r := p.setup.linkedMetrics(name); r != nil {
				opts = append(opts, sdkmetric.WithReader(r))
			}
		}
	}
	return sdkmetric.NewMeterProvider(opts...)
}

// behind reports whether the program has set a provider of its own since follow
// looked. It costs two loads and a comparison when nothing changed.
func (p *meterProvider) behind() (global metric.MeterProvider, behind bool) {
	global = otel.GetMeterProvider()
	if same(global, p.before) {
		return global, false
	}
	r := p.cur.Load()
	return global, r == nil || !same(r.provider, global)
}

// follow moves everything to the provider that the program has set.
func (p *meterProvider) follow() {
	if _, behind := p.behind(); !behind {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	global, behind := p.behind()
	if !behind {
		return
	}
	first := p.cur.Load() == nil
	p.cur.Store(&resolvedMeters{global})
	if first && same(global, p) {
		return
	}
	if to := p.target(); to != nil {
		for _, m := range p.meters {
			m.move(to.Meter(m.name, m.opts...))
		}
	}
	if sdk := p.sdk; sdk != nil && !same(global, p) {
		p.sdk = nil
		end(sdk)
	}
}

type meter struct {
	metric.Meter
	p    *meterProvider
	name string
	opts []metric.MeterOption

	target metric.Meter
	known  map[instrumentKey]instrument
	insts  []instrument
	regs   []*registration
}

// An instrument can be made at a provider's meter, and made again at another's.
type instrument interface{ make(metric.Meter) error }

func (m *meter) move(to metric.Meter) {
	m.target = to
	for _, i := range m.insts {
		if err := i.make(to); err != nil {
			otel.Handle(err)
		}
	}
	for _, r := range m.regs {
		if err := r.make(to); err != nil {
			otel.Handle(err)
		}
	}
}

// add makes an instrument and remembers it, or returns the one there is. The
// error is the SDK's, which returns a usable instrument beside it.
func add[I instrument](m *meter, key instrumentKey, i I) (I, error) {
	m.p.follow()
	m.p.mu.Lock()
	defer m.p.mu.Unlock()
	if key.kind != "" {
		if old, ok := m.known[key].(I); ok {
			return old, nil
		}
		m.known[key] = i
	}
	m.insts = append(m.insts, i)
	if m.target == nil {
		return i, nil
	}
	return i, i.make(m.target)
}

type registration struct {
	metric.Registration
	m    *meter
	f    metric.Callback
	objs []metric.Observable
	cur  metric.Registration
}

func (m *meter) RegisterCallback(f metric.Callback, objs ...metric.Observable) (metric.Registration, error) {
	m.p.follow()
	m.p.mu.Lock()
	defer m.p.mu.Unlock()
	r := &registration{Registration: metricnoop.Registration{}, m: m, f: f, objs: objs}
	m.regs = append(m.regs, r)
	if m.target == nil {
		m.p.observed()
		return r, nil
	}
	return r, r.make(m.target)
}

func (r *registration) make(m metric.Meter) error {
	var objs []metric.Observable
	for _, o := range r.objs {
		if o = unwrap(o); o != nil {
			objs = append(objs, o)
		}
	}
	cur, err := m.RegisterCallback(func(ctx context.Context, o metric.Observer) error {
		// The SDK holds a lock that whoever has ours may be waiting for.
		if _, behind := r.m.p.behind(); behind {
			go r.m.p.follow()
		}
		return r.f(ctx, observer{o})
	}, objs...)
	r.cur = cur
	return err
}

func (r *registration) Unregister() error {
	r.m.p.mu.Lock()
	defer r.m.p.mu.Unlock()
	for i, x := range r.m.regs {
		if x == r {
			r.m.regs = append(r.m.regs[:i], r.m.regs[i+1:]...)
			break
		}
	}
	if r.cur == nil {
		return nil
	}
	cur := r.cur
	r.cur = nil
	return cur.Unregister()
}

// observer takes our instruments and hands on the ones behind them.
type observer struct{ metric.Observer }

func (o observer) ObserveFloat64(obs metric.Float64Observable, v float64, opts ...metric.ObserveOption) {
	if f, ok := unwrap(obs).(metric.Float64Observable); ok {
		o.Observer.ObserveFloat64(f, v, opts...)
	}
}

func (o observer) ObserveInt64(obs metric.Int64Observable, v int64, opts ...metric.ObserveOption) {
	if i, ok := unwrap(obs).(metric.Int64Observable); ok {
		o.Observer.ObserveInt64(i, v, opts...)
	}
}

// unwrap finds the provider's instrument below ours and the API's own
// placeholder.
func unwrap(o metric.Observable) metric.Observable {
	for {
		u, ok := o.(interface{ Unwrap() metric.Observable })
		if !ok {
			return o
		}
		if o = u.Unwrap(); o == nil {
			return nil
		}
	}
}
