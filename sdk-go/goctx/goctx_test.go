package goctx

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"go.opentelemetry.io/otel/baggage"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/rt"
)

// goroutine stands for one goroutine's state; switching it plays the scheduler.
type goroutine struct {
	ctx  any
	hush bool
}

func machine(t *testing.T) (run func(g *goroutine, f func()), start func() *goroutine) {
	cur := &goroutine{}
	t.Cleanup(rt.Fake(
		func() any { return cur.ctx }, func(v any) { cur.ctx = v },
		func(on bool) bool { was := cur.hush; cur.hush = on; return was }))
	return func(g *goroutine, f func()) {
			old := cur
			cur = g
			defer func() { cur = old }()
			f()
		}, func() *goroutine {
			return &goroutine{ctx: cur.ctx, hush: cur.hush}
		}
}

var bg = context.Background()

func tracer(s sdktrace.Sampler) trace.Tracer {
	return sdktrace.NewTracerProvider(sdktrace.WithSampler(s)).Tracer("t")
}

// begin and end do what the tracer's hooks do.
func begin(tr trace.Tracer, ctx context.Context) (context.Context, trace.Span) {
	ctx, s := tr.Start(Parent(ctx), "s")
	Push(ctx, s)
	return ctx, s
}

func end(s trace.Span) { s.End(); Ended(s) }

func parentOf(s trace.Span) trace.SpanID {
	return s.(sdktrace.ReadOnlySpan).Parent().SpanID()
}

func TestWithoutRuntimeNothingHappens(t *testing.T) {
	tr := tracer(sdktrace.AlwaysSample())
	_, s := begin(tr, bg)
	assert.Nil(t, Current())
	assert.Equal(t, bg, Parent(bg))
	end(s)
}

func TestNesting(t *testing.T) {
	machine(t)
	tr := tracer(sdktrace.AlwaysSample())
	_, a := begin(tr, bg)
	_, b := begin(tr, bg)
	assert.Equal(t, a.SpanContext().SpanID(), parentOf(b))
	_, c := begin(tr, bg)
	assert.Equal(t, b.SpanContext().SpanID(), parentOf(c))
	end(b) // out of order
	_, d := begin(tr, bg)
	assert.Equal(t, c.SpanContext().SpanID(), parentOf(d), "the innermost live one")
	end(d)
	end(c)
	assert.Equal(t, a, Current(), "what ended in between is skipped")
	end(a)
	assert.Nil(t, Current())
}

func TestContextWins(t *testing.T) {
	machine(t)
	tr := tracer(sdktrace.AlwaysSample())
	other, o := tr.Start(bg, "other")
	_, a := begin(tr, bg)
	_, b := begin(tr, other)
	assert.Equal(t, o.SpanContext().SpanID(), parentOf(b))
	assert.NotEqual(t, a.SpanContext().TraceID(), b.SpanContext().TraceID())
	remote := trace.ContextWithRemoteSpanContext(bg, trace.NewSpanContext(trace.SpanContextConfig{
		TraceID: trace.TraceID{1}, SpanID: trace.SpanID{2}, TraceFlags: trace.FlagsSampled, Remote: true}))
	_, c := begin(tr, remote)
	assert.Equal(t, trace.SpanID{2}, parentOf(c))
}

func TestWorkerDoesNotContinueARequestThatIsOver(t *testing.T) {
	run, start := machine(t)
	for name, s := range map[string]sdktrace.Sampler{"sampled": sdktrace.AlwaysSample(), "dropped": sdktrace.NeverSample()} {
		t.Run(name, func(t *testing.T) {
			tr := tracer(s)
			_, req := begin(tr, bg)
			worker := start()
			run(worker, func() { assert.Equal(t, req, Current()) })
			end(req)
			run(worker, func() {
				assert.Nil(t, Current())
				assert.Nil(t, rt.Get(), "nothing is kept alive")
			})
		})
	}
}

func TestEndedElsewhere(t *testing.T) {
	run, _ := machine(t)
	for name, s := range map[string]sdktrace.Sampler{"sampled": sdktrace.AlwaysSample(), "dropped": sdktrace.NeverSample()} {
		t.Run(name, func(t *testing.T) {
			_, req := begin(tracer(s), bg)
			run(&goroutine{}, func() { end(req) })
			assert.Nil(t, Current())
		})
	}
}

func TestBaggage(t *testing.T) {
	machine(t)
	m, _ := baggage.NewMember("k", "v")
	b, _ := baggage.New(m)
	_, s := begin(tracer(sdktrace.AlwaysSample()), baggage.ContextWithBaggage(bg, b))
	defer end(s)
	assert.Equal(t, "v", baggage.FromContext(Parent(bg)).Member("k").Value())
	own, _ := baggage.NewMember("k", "own")
	ob, _ := baggage.New(own)
	assert.Equal(t, "own", baggage.FromContext(Parent(baggage.ContextWithBaggage(bg, ob))).Member("k").Value())
}

func TestSpansThatNeverEndAreBounded(t *testing.T) {
	machine(t)
	tr := tracer(sdktrace.AlwaysSample())
	for range 10 * maxDepth {
		begin(tr, bg)
	}
	n := 0
	for e, _ := rt.Get().(*entry); e != nil; e = e.parent {
		n++
	}
	assert.LessOrEqual(t, n, maxDepth+1)
}

func TestIDSetIsBounded(t *testing.T) {
	var s idSet
	for i := range 3 * idSetSize {
		s.add(trace.SpanID{byte(i), byte(i >> 8), byte(i >> 16), 1})
	}
	assert.Len(t, s.ids, idSetSize)
	i := 3*idSetSize - 1
	assert.True(t, s.has(trace.SpanID{byte(i), byte(i >> 8), byte(i >> 16), 1}))
	assert.False(t, s.has(trace.SpanID{0, 0, 0, 1}))
}

func TestSuppress(t *testing.T) {
	machine(t)
	ctx, resume := Suppress(bg)
	assert.True(t, Suppressed(ctx))
	assert.True(t, Suppressed(bg), "on this goroutine, whatever the context")
	assert.True(t, rt.Suppress(true))
	resume()
	assert.True(t, Suppressed(ctx), "on whatever goroutine")
	assert.False(t, Suppressed(bg))
	assert.False(t, rt.Suppress(false))
}
