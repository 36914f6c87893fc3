package stdlog

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook/hooktest"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/logids"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/spantest"
)

// handle calls Handle as the instrumented one is called.
func handle(t *testing.T, ctx context.Context, h slog.Handler, r slog.Record) {
	c := hooktest.New("log/slog", "(*JSONHandler).Handle", []any{h, ctx, r}, []any{nil})
	c.Call(BeforeHandle, nil, func() { require.NoError(t, c.Params[0].(slog.Handler).Handle(ctx, c.Params[2].(slog.Record))) })
}

func TestSlog(t *testing.T) {
	goroutine := spantest.Goroutine(t)
	ctx, sc := spantest.Live(t)
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
		assert.NotContains(t, b.String(), logids.TraceKey, "no span, no ids")

		b.Reset()
		r.AddAttrs(slog.String(logids.TraceKey, "mine"))
		handle(t, ctx, h, r)
		assert.Equal(t, 1, strings.Count(b.String(), logids.TraceKey), "the program's own")

		// Without a context the goroutine's span counts.
		goroutine(ctx)
		b.Reset()
		handle(t, context.Background(), h, slog.NewRecord(time.Now(), slog.LevelInfo, "m", 0))
		assert.Contains(t, b.String(), sc.TraceID().String())
		goroutine(nil)
	}
}

func TestSlogGroups(t *testing.T) {
	spantest.Goroutine(t)
	ctx, sc := spantest.Live(t)
	ids := fmt.Sprintf(`"trace_id":"%s","span_id":"%s"`, sc.TraceID(), sc.SpanID())
	textIDs := fmt.Sprintf(`trace_id=%s span_id=%s`, sc.TraceID(), sc.SpanID())
	for _, c := range []struct {
		make       func(slog.Handler) slog.Handler
		json, text string
	}{
		{func(h slog.Handler) slog.Handler { return h.WithGroup("g") },
			`{"level":"INFO","msg":"m",` + ids + `,"g":{"b":2}}`, `level=INFO msg=m ` + textIDs + ` g.b=2`},
		{func(h slog.Handler) slog.Handler { return h.WithGroup("g").WithAttrs([]slog.Attr{slog.Int("a", 1)}) },
			`{"level":"INFO","msg":"m",` + ids + `,"g":{"a":1,"b":2}}`, `level=INFO msg=m ` + textIDs + ` g.a=1 g.b=2`},
		{func(h slog.Handler) slog.Handler {
			return h.WithAttrs([]slog.Attr{slog.Int("a", 1)}).WithGroup("g").WithAttrs([]slog.Attr{slog.Int("c", 3)}).WithGroup("h")
		},
			`{"level":"INFO","msg":"m",` + ids + `,"a":1,"g":{"c":3,"h":{"b":2}}}`, `level=INFO msg=m ` + textIDs + ` a=1 g.c=3 g.h.b=2`},
		{func(h slog.Handler) slog.Handler {
			return h.WithAttrs([]slog.Attr{slog.String("trace_id", "mine")}).WithGroup("g")
		},
			`{"level":"INFO","msg":"m","trace_id":"mine","g":{"b":2}}`, `level=INFO msg=m trace_id=mine g.b=2`},
	} {
		var b bytes.Buffer
		r := slog.NewRecord(time.Time{}, slog.LevelInfo, "m", 0)
		r.AddAttrs(slog.Int("b", 2))
		h := c.make(slog.NewJSONHandler(&b, nil))
		handle(t, ctx, h, r)
		assert.Equal(t, c.json+"\n", b.String())
		b.Reset()
		handle(t, ctx, c.make(slog.NewTextHandler(&b, nil)), r)
		assert.Equal(t, c.text+"\n", b.String())

		// The program's handler is as it was, and its ReplaceAttr is asked.
		b.Reset()
		require.NoError(t, h.Handle(ctx, r))
		assert.NotContains(t, b.String(), sc.TraceID().String())
		b.Reset()
		without := func(groups []string, a slog.Attr) slog.Attr {
			if a.Key == logids.SpanKey {
				assert.Empty(t, groups)
				return slog.Attr{}
			}
			return a
		}
		handle(t, ctx, c.make(slog.NewJSONHandler(&b, &slog.HandlerOptions{ReplaceAttr: without})), r)
		assert.Equal(t, 1, strings.Count(b.String(), logids.TraceKey), b.String())
		assert.NotContains(t, b.String(), logids.SpanKey)
		assert.True(t, json.Valid(b.Bytes()), b.String())
	}

	var b bytes.Buffer
	old := log.Writer()
	t.Cleanup(func() { log.SetOutput(old) })
	log.SetOutput(&b)
	r := slog.NewRecord(time.Time{}, slog.LevelInfo, "m", 0)
	r.AddAttrs(slog.Int("b", 2))
	handle(t, ctx, slog.Default().WithGroup("g").Handler(), r)
	assert.Contains(t, b.String(), "INFO m "+textIDs+" g.b=2\n")
}

// output calls output as the instrumented one is called.
func output(l *log.Logger, text string) {
	c := hooktest.New("log", "(*Logger).output", []any{l, uintptr(0), 2, func(b []byte) []byte { return append(b, text...) }}, []any{nil})
	c.Call(BeforeOutput, nil, func() {
		_ = l.Output(2, string(c.Params[3].(func([]byte) []byte)(nil)))
	})
}

func TestLog(t *testing.T) {
	goroutine := spantest.Goroutine(t)
	ctx, sc := spantest.Live(t)
	var b bytes.Buffer
	l := log.New(&b, "", 0)
	write := func(text string) string {
		b.Reset()
		output(l, text)
		return b.String()
	}
	assert.Equal(t, "plain\n", write("plain"), "no span, no ids")
	goroutine(ctx)
	want := " trace_id=" + sc.TraceID().String() + " span_id=" + sc.SpanID().String() + "\n"
	assert.Equal(t, "plain"+want, write("plain"))
	assert.Equal(t, "line"+want, write("line\n"))
	assert.Equal(t, want, write(""))
	assert.Equal(t, "trace_id=mine\n", write("trace_id=mine"), "the program's own, or slog's")
	assert.Equal(t, `{"a":1}`+"\n", write(`{"a":1}`), "JSON stays JSON")

	// What becomes a record of slog gets its ids there.
	b.Reset()
	output(slog.NewLogLogger(slog.NewJSONHandler(&b, nil), slog.LevelInfo), "m")
	assert.NotContains(t, b.String(), logids.TraceKey)
}
