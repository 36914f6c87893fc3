package otelsetup

import (
	"context"
	"sync"
	"sync/atomic"
	"unsafe"

	"go.opentelemetry.io/otel"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/console"
)

// tracerProvider stands in for the SDK's until the first span, and for the
// program's own one from when it is set. The embedded value answers methods
// that a newer API may add.
type tracerProvider struct {
	trace.TracerProvider
	setup  *setup
	before any // see placeholder

	once sync.Once
	sdk  *sdktrace.TracerProvider
}

func newTracerProvider(s *setup) *tracerProvider {
	return &tracerProvider{TracerProvider: noop.NewTracerProvider(), setup: s,
		before: placeholder(otel.GetTracerProvider())}
}

func (p *tracerProvider) Tracer(name string, opts ...trace.TracerOption) trace.Tracer {
	return &tracer{Tracer: noop.Tracer{}, p: p, name: name, opts: opts}
}

// start builds the SDK's provider. Sampler, limits and batches come from the
// environment, which the SDK reads itself.
func (p *tracerProvider) start() *sdktrace.TracerProvider {
	p.once.Do(func() {
		defer suppressHere()()
		opts := []sdktrace.TracerProviderOption{sdktrace.WithResource(p.setup.resource())}
		for _, name := range exporters(p.setup.env, "TRACES") {
			switch name {
			case "otlp":
				if e := p.setup.otlpTraces(); e != nil {
					opts = append(opts, sdktrace.WithBatcher(e))
					p.setup.addFlusher(e.flusher(func(ctx context.Context) error { return p.sdk.ForceFlush(ctx) }))
				}
			case "console":
				c := console.NewProcessor(p.setup.consoleWriter())
				opts = append(opts, sdktrace.WithSpanProcessor(c))
				p.setup.addFlusher(flusher{flush: c.ForceFlush})
			default:
				if e := p.setup.linkedTraces(name); e != nil {
					opts = append(opts, sdktrace.WithBatcher(e))
					p.setup.addFlusher(e.flusher(func(ctx context.Context) error { return p.sdk.ForceFlush(ctx) }))
				}
			}
		}
		p.sdk = sdktrace.NewTracerProvider(opts...)
	})
	return p.sdk
}

type tracer struct {
	trace.Tracer
	p    *tracerProvider
	name string
	opts []trace.TracerOption
	cur  atomic.Pointer[resolvedTracer]
}

type resolvedTracer struct {
	provider trace.TracerProvider
	tracer   trace.Tracer
}

func (t *tracer) Start(ctx context.Context, name string, opts ...trace.SpanStartOption) (context.Context, trace.Span) {
	return t.resolve().Start(ctx, name, opts...)
}

func (t *tracer) resolve() trace.Tracer {
	global := otel.GetTracerProvider()
	if r := t.cur.Load(); r != nil && same(r.provider, global) {
		return r.tracer
	}
	r := &resolvedTracer{provider: global}
	if same(global, t.p) || same(global, t.p.before) {
		r.tracer = t.p.start().Tracer(t.name, t.opts...)
	} else {
		r.tracer = global.Tracer(t.name, t.opts...)
	}
	t.cur.Store(r)
	return r.tracer
}

// same compares two interface values without looking at what they hold: a
// provider may be of a type that cannot be compared.
func same(a, b any) bool {
	type words struct{ typ, data unsafe.Pointer }
	return *(*words)(unsafe.Pointer(&a)) == *(*words)(unsafe.Pointer(&b))
}
