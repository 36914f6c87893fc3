// Package stdlog puts trace_id and span_id into what package log writes and
// into the records of log/slog's own handlers, once each: those of the
// context.Context that a call was given, else of the goroutine's span, so that
// calls without a context and loggers that are older than the span have them
// too.
//
// Records of other handlers are left to those who wrote them. The ids stand at
// the top of a record, also in a handler that WithGroup made: see group.go.
package stdlog

import (
	"bytes"
	"context"
	"log"
	"log/slog"
	"reflect"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/logids"
)

// BeforeHandle adds the ids to a record that one of slog's own handlers writes.
func BeforeHandle(c hook.Context) {
	ctx, _ := c.GetParam(1).(context.Context)
	sc := logids.Current(ctx)
	if !sc.IsValid() {
		return
	}
	r, ok := c.GetParam(2).(slog.Record)
	if !ok {
		return
	}
	there := false
	r.Attrs(func(a slog.Attr) bool {
		there = a.Key == logids.TraceKey
		return !there
	})
	h := c.GetParam(0)
	if there || hasID(h) {
		return
	}
	ids := []slog.Attr{
		slog.String(logids.TraceKey, sc.TraceID().String()),
		slog.String(logids.SpanKey, sc.SpanID().String()),
	}
	if above := aboveGroups(h, ids); above != nil {
		c.SetParam(0, above)
		return
	}
	r = r.Clone() // the caller's record shares its attributes
	r.AddAttrs(ids...)
	c.SetParam(2, r)
}

// BeforeOutput adds the ids to a line of package log.
func BeforeOutput(c hook.Context) {
	sc := logids.Current(nil)
	if !sc.IsValid() {
		return
	}
	l, _ := c.GetParam(0).(*log.Logger)
	write, _ := c.GetParam(3).(func([]byte) []byte)
	if l == nil || write == nil || toSlog(l) {
		return
	}
	c.SetParam(3, func(b []byte) []byte {
		start := len(b)
		b = write(b)
		text := bytes.TrimRight(b[start:], "\n")
		if bytes.Contains(text, []byte(logids.TraceKey)) || isObject(text) {
			return b
		}
		b = b[:start+len(text)]
		b = append(b, " "+logids.TraceKey+"="...)
		b = append(b, sc.TraceID().String()...)
		b = append(b, " "+logids.SpanKey+"="...)
		return append(b, sc.SpanID().String()...)
	})
}

// isObject tells JSON that a program has made itself, which must stay JSON.
func isObject(text []byte) bool {
	return len(text) > 1 && text[0] == '{' && text[len(text)-1] == '}'
}

// toSlog tells whether what this logger writes becomes a record of slog, where
// the ids are added then (slog.SetDefault does so to package log).
func toSlog(l *log.Logger) bool {
	return reflect.TypeOf(l.Writer()) == handlerWriter
}

// handlerWriter is a type of slog's that has no name outside.
var handlerWriter = reflect.TypeOf(slog.NewLogLogger(slog.NewTextHandler(nothing{}, nil), slog.LevelInfo).Writer())

type nothing struct{}

func (nothing) Write(p []byte) (int, error) { return len(p), nil }
