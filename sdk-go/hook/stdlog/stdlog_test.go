package stdlog

import (
	"bytes"
	"context"
	"log"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/goctx"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook/hooktest"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/rt"
)

func fakeRuntime(t *testing.T) {
	var ctx any
	t.Cleanup(rt.Fake(func() any { return ctx }, func(v any) { ctx = v }, func(bool) bool { return false }))
}

func span(t *testing.T) (context.Context, trace.SpanContext) {
	ctx, s := sdktrace.NewTracerProvider().Tracer("t").Start(context.Background(), "s")
	t.Cleanup(func() { s.End() })
	return ctx, s.SpanContext()
}

// handle calls Handle as the instrumented one is called.
func handle(t *testing.T, ctx context.Context, h slog.Handler, r slog.Record) {
	c := hooktest.New("log/slog", "(*JSONHandler).Handle", []any{h, ctx, r}, []any{nil})
	c.Call(BeforeHandle, nil, func() { require.NoError(t, h.Handle(ctx, c.Params[2].(slog.Record))) })
}

func TestSlog(t *testing.T) {
	fakeRuntime(t)
	ctx, sc := span(t)
	for _, make := range []func(*bytes.Buffer) slog.Handler{
		func(b *bytes.Buffer) slog.Handler { return slog.NewJSONHandler(b, nil) },
		func(b *bytes.Buffer) slog.Handler { return slog.NewTextHandler(b, nil) },
	} {
		var b bytes.Buffer
		h := make(&b)
		r := slog.NewRecord(time.Now(), slog.LevelInfo, "m", 0)
		for i := range 10 {
			r.AddAttrs(slog.Int("a", i))
		}
		handle(t, ctx, h, r)
		assert.Equal(t, 1, strings.Count(b.String(), sc.TraceID().String()))
		assert.Equal(t, 1, strings.Count(b.String(), sc.SpanID().String()))
		assert.Equal(t, 10, r.NumAttrs(), "the caller's record is as it was")

		b.Reset()
		handle(t, context.Background(), h, r)
		assert.NotContains(t, b.String(), traceKey, "no span, no ids")

		b.Reset()
		r.AddAttrs(slog.String(traceKey, "mine"))
		handle(t, ctx, h, r)
		assert.Equal(t, 1, strings.Count(b.String(), traceKey), "the program's own")

		// Without a context the goroutine's span counts.
		goctx.Push(ctx, trace.SpanFromContext(ctx))
		b.Reset()
		handle(t, context.Background(), h, slog.NewRecord(time.Now(), slog.LevelInfo, "m", 0))
		assert.Contains(t, b.String(), sc.TraceID().String())
		rt.Set(nil)
	}
}

// output calls output as the instrumented one is called.
func output(l *log.Logger, text string) {
	c := hooktest.New("log", "(*Logger).output", []any{l, uintptr(0), 2, func(b []byte) []byte { return append(b, text...) }}, []any{nil})
	c.Call(BeforeOutput, nil, func() {
		_ = l.Output(2, string(c.Params[3].(func([]byte) []byte)(nil)))
	})
}

func TestLog(t *testing.T) {
	fakeRuntime(t)
	ctx, sc := span(t)
	var b bytes.Buffer
	l := log.New(&b, "", 0)
	write := func(text string) string {
		b.Reset()
		output(l, text)
		return b.String()
	}
	assert.Equal(t, "plain\n", write("plain"), "no span, no ids")
	goctx.Push(ctx, trace.SpanFromContext(ctx))
	want := " trace_id=" + sc.TraceID().String() + " span_id=" + sc.SpanID().String() + "\n"
	assert.Equal(t, "plain"+want, write("plain"))
	assert.Equal(t, "line"+want, write("line\n"))
	assert.Equal(t, want, write(""))
	assert.Equal(t, "trace_id=mine\n", write("trace_id=mine"), "the program's own, or slog's")
	assert.Equal(t, `{"a":1}`+"\n", write(`{"a":1}`), "JSON stays JSON")

	// What becomes a record of slog gets its ids there.
	b.Reset()
	output(slog.NewLogLogger(slog.NewJSONHandler(&b, nil), slog.LevelInfo), "m")
	assert.NotContains(t, b.String(), traceKey)
}
