// Package otelsdk has the hooks on OpenTelemetry's own SDK and on the
// program's ends.
//
// The hooks on the tracer are what joins spans: those of hook packages, of
// contrib packages and of the program's own code, also where a call was made
// with context.Background(). They work on every provider of the SDK, the one
// that otelsetup installs and those that the program makes itself.
package otelsdk

import (
	"context"

	"go.opentelemetry.io/otel/trace"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/goctx"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/rt"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/serverspan"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/otelsetup"
)

// Parameters and results of (*tracer).Start.
const (
	startCtx = 1
	startOpt = 3

	retCtx  = 0
	retSpan = 1
)

// BeforeStart finds the parent of a span that is started in a context without
// one.
func BeforeStart(c hook.Context) {
	ctx, _ := c.GetParam(startCtx).(context.Context)
	if ctx == nil {
		ctx = context.Background()
	}
	if trace.SpanContextFromContext(ctx).IsValid() {
		if s := serverspan.FromContext(ctx); s != nil && !s.Claimed.Load() {
			share(c, ctx, s)
		}
		return
	}
	if goctx.Current() == nil {
		return
	}
	opts, _ := c.GetParam(startOpt).([]trace.SpanStartOption)
	cfg := trace.NewSpanStartConfig(opts...)
	if cfg.NewRoot() || cfg.SpanKind() == trace.SpanKindServer || cfg.SpanKind() == trace.SpanKindConsumer {
		return
	}
	c.SetParam(startCtx, goctx.Parent(ctx))
}

// share gives an instrumentation of the program's own (otelhttp, otelgin, …)
// the server span that exists already instead of a second one inside it. Its
// name and attributes win; the span ends where it began.
func share(c hook.Context, ctx context.Context, s *serverspan.State) {
	sp := s.Span()
	if sp == nil || !sp.IsRecording() || !isCurrent(ctx, sp) {
		return
	}
	opts, _ := c.GetParam(startOpt).([]trace.SpanStartOption)
	cfg := trace.NewSpanStartConfig(opts...)
	if cfg.SpanKind() != trace.SpanKindServer || cfg.NewRoot() || !s.Claimed.CompareAndSwap(false, true) {
		return
	}
	if name, _ := c.GetParam(2).(string); name != "" {
		s.SetName(name)
	}
	sp.SetAttributes(cfg.Attributes()...)
	for _, l := range cfg.Links() {
		sp.AddLink(l)
	}
	shared := sharedSpan{sp, s}
	c.SetReturnVal(retCtx, trace.ContextWithSpan(ctx, shared))
	c.SetReturnVal(retSpan, trace.Span(shared))
	c.SetSkipCall(true)
}

// isCurrent tells whether a span started in ctx would be a child of the server
// span sp, or its twin: an instrumentation that is not the first extracts the
// caller's span from the headers once more.
func isCurrent(ctx context.Context, sp trace.Span) bool {
	cur := trace.SpanContextFromContext(ctx)
	own := sp.SpanContext()
	if !cur.IsRemote() {
		return cur.SpanID() == own.SpanID() && cur.TraceID() == own.TraceID()
	}
	p, ok := sp.(interface{ Parent() trace.SpanContext })
	return ok && p.Parent().SpanID() == cur.SpanID() && p.Parent().TraceID() == cur.TraceID()
}

// sharedSpan is a span whose end is somebody else's business.
type sharedSpan struct {
	trace.Span
	state *serverspan.State
}

func (sharedSpan) End(...trace.SpanEndOption) {}

func (s sharedSpan) SetName(name string) { s.state.SetName(name) }

// AfterStart makes the new span the goroutine's, unless it is a leaf.
func AfterStart(c hook.Context) {
	if c.IsSkipCall() {
		return
	}
	sp, _ := c.GetReturnVal(retSpan).(trace.Span)
	if sp == nil {
		return
	}
	var kind trace.SpanKind
	if k, ok := sp.(interface{ SpanKind() trace.SpanKind }); ok {
		kind = k.SpanKind()
	} else {
		opts, _ := c.GetParam(startOpt).([]trace.SpanStartOption)
		cfg := trace.NewSpanStartConfig(opts...)
		kind = cfg.SpanKind()
	}
	if kind == trace.SpanKindClient || kind == trace.SpanKindProducer {
		return
	}
	ctx, _ := c.GetReturnVal(retCtx).(context.Context)
	if ctx == nil {
		ctx = context.Background()
	}
	goctx.Push(ctx, sp)
}

// AfterEnd gives the goroutine back the span around the one that ended.
func AfterEnd(c hook.Context) {
	if sp, ok := c.GetParam(0).(trace.Span); ok {
		goctx.Ended(sp)
	}
}

// BeforeExport and AfterExport keep hooks off the goroutine that exports: what
// an exporter sends is no telemetry.
func BeforeExport(c hook.Context) { c.SetData(rt.Suppress(true)) }

// AfterExport ends what BeforeExport began.
func AfterExport(c hook.Context) {
	if was, ok := c.GetData().(bool); ok {
		rt.Suppress(was)
	}
}

// BeforeMain runs when the program's own initialisation is over.
func BeforeMain(hook.Context) { otelsetup.MainStarts() }

// AfterMain exports what is left when main returns or panics.
func AfterMain(hook.Context) { otelsetup.Flush() }

// BeforeExit exports what is left before os.Exit, and so log.Fatal.
func BeforeExit(hook.Context) { otelsetup.Flush() }

// BeforeNotify takes our signal handler out before the program sets its own.
func BeforeNotify(hook.Context) { otelsetup.ProgramHandlesSignals() }
