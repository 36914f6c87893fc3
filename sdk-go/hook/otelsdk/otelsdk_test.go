package otelsdk

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/attribute"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook/hooktest"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/rt"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/serverspan"
)

func fakeRuntime(t *testing.T) {
	var ctx any
	var hush bool
	t.Cleanup(rt.Fake(func() any { return ctx }, func(v any) { ctx = v },
		func(on bool) bool { was := hush; hush = on; return was }))
}

// start calls Tracer.Start as the instrumented one is called.
func start(tr trace.Tracer, ctx context.Context, name string, opts ...trace.SpanStartOption) (context.Context, trace.Span) {
	c := hooktest.New("go.opentelemetry.io/otel/sdk/trace", "(*tracer).Start", []any{tr, ctx, name, opts}, []any{nil, nil})
	c.Call(BeforeStart, AfterStart, func() {
		c.Results[0], c.Results[1] = tr.Start(c.Params[1].(context.Context), name, opts...)
	})
	return c.Results[0].(context.Context), c.Results[1].(trace.Span)
}

func end(s trace.Span) {
	c := hooktest.New("go.opentelemetry.io/otel/sdk/trace", "(*recordingSpan).End", []any{s, []trace.SpanEndOption(nil)}, nil)
	c.Call(nil, AfterEnd, func() { s.End() })
}

func recorder() (*tracetest.SpanRecorder, trace.Tracer) {
	r := tracetest.NewSpanRecorder()
	return r, sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(r)).Tracer("t")
}

var bg = context.Background()

func TestJoinsFromBackground(t *testing.T) {
	fakeRuntime(t)
	_, tr := recorder()
	_, server := start(tr, bg, "server", trace.WithSpanKind(trace.SpanKindServer))
	_, client := start(tr, bg, "client", trace.WithSpanKind(trace.SpanKindClient))
	assert.Equal(t, server.SpanContext().SpanID(), client.(sdktrace.ReadOnlySpan).Parent().SpanID())
	_, other := start(tr, bg, "client", trace.WithSpanKind(trace.SpanKindClient))
	assert.Equal(t, server.SpanContext().SpanID(), other.(sdktrace.ReadOnlySpan).Parent().SpanID(), "a client span is a leaf")
	end(client)
	end(other)
	_, root := start(tr, bg, "root", trace.WithNewRoot())
	assert.False(t, root.(sdktrace.ReadOnlySpan).Parent().IsValid())
	end(root)
	_, inner := start(tr, bg, "server", trace.WithSpanKind(trace.SpanKindServer))
	assert.False(t, inner.(sdktrace.ReadOnlySpan).Parent().IsValid(), "a server span takes no parent from the goroutine")
	end(inner)
	end(server)
	_, late := start(tr, bg, "late")
	assert.False(t, late.(sdktrace.ReadOnlySpan).Parent().IsValid())
}

func TestUnrecordedSpans(t *testing.T) {
	fakeRuntime(t)
	tr := sdktrace.NewTracerProvider(sdktrace.WithSampler(sdktrace.ParentBased(sdktrace.NeverSample()))).Tracer("t")
	_, server := start(tr, bg, "server", trace.WithSpanKind(trace.SpanKindServer))
	require.False(t, server.IsRecording())
	_, child := start(tr, bg, "child")
	assert.Equal(t, server.SpanContext().TraceID(), child.SpanContext().TraceID(), "dropped traces stay one trace")
	end(child)
	end(server)
	_, next := start(tr, bg, "next")
	assert.NotEqual(t, server.SpanContext().TraceID(), next.SpanContext().TraceID())
}

func TestOneServerSpan(t *testing.T) {
	fakeRuntime(t)
	r, tr := recorder()
	ctx, outer := start(tr, bg, "GET", trace.WithSpanKind(trace.SpanKindServer))
	st := &serverspan.State{}
	st.SetSpan(outer)
	ctx = serverspan.NewContext(ctx, st, nil)

	// An instrumentation of the program's own.
	inner, span := start(tr, ctx, "my operation", trace.WithSpanKind(trace.SpanKindServer),
		trace.WithAttributes(attribute.String("mine", "yes")))
	assert.Equal(t, outer.SpanContext(), span.SpanContext())
	assert.True(t, st.Claimed.Load())
	_, child := start(tr, inner, "child")
	end(child)
	span.End()
	assert.True(t, outer.IsRecording(), "it ends where it began")
	st.SetRoute("GET", "/x/{id}")
	_, second := start(tr, inner, "second server span", trace.WithSpanKind(trace.SpanKindServer))
	assert.NotEqual(t, outer.SpanContext().SpanID(), second.SpanContext().SpanID(), "only the first one is shared")
	end(second)
	end(outer)

	spans := r.Ended()
	require.Len(t, spans, 3)
	got := spans[2]
	assert.Equal(t, "my operation", got.Name(), "the program's own name wins over the route's")
	assert.Contains(t, got.Attributes(), attribute.String("mine", "yes"))
	assert.Contains(t, got.Attributes(), attribute.String("http.route", "/x/{id}"))
	assert.Equal(t, outer.SpanContext().SpanID(), spans[0].Parent().SpanID())
}

// otelhttp inside ours extracts the caller's span from the headers again.
func TestOneServerSpanBelowARemoteParent(t *testing.T) {
	fakeRuntime(t)
	_, tr := recorder()
	caller := trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{1}, SpanID: trace.SpanID{2}, TraceFlags: trace.FlagsSampled, Remote: true})
	ctx, outer := start(tr, trace.ContextWithRemoteSpanContext(bg, caller), "GET", trace.WithSpanKind(trace.SpanKindServer))
	st := &serverspan.State{}
	st.SetSpan(outer)
	ctx = serverspan.NewContext(ctx, st, nil)
	_, again := start(tr, trace.ContextWithRemoteSpanContext(ctx, caller), "GET", trace.WithSpanKind(trace.SpanKindServer))
	assert.Equal(t, outer.SpanContext(), again.SpanContext())
}

func TestExport(t *testing.T) {
	fakeRuntime(t)
	c := hooktest.New("go.opentelemetry.io/otel/sdk/trace", "(*batchSpanProcessor).exportSpans", nil, nil)
	c.Call(BeforeExport, AfterExport, func() { assert.True(t, rt.Suppress(true)) })
	assert.False(t, rt.Suppress(false))
}
