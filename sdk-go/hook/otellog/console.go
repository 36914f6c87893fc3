package otellog

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync"

	"go.opentelemetry.io/otel/attribute"
	sdklog "go.opentelemetry.io/otel/sdk/log"
)

// consoleExporter writes one line a record.
type consoleExporter struct {
	mu sync.Mutex
	w  io.Writer
}

func (e *consoleExporter) Export(_ context.Context, records []sdklog.Record) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, r := range records {
		var b strings.Builder
		fmt.Fprintf(&b, "log %s %s %s", r.Timestamp().Format("15:04:05.000"), r.Severity(), line(r.Body().Emit()))
		r.WalkAttributes(func(kv attribute.KeyValue) bool {
			fmt.Fprintf(&b, " %s=%s", kv.Key, line(kv.Value.Emit()))
			return true
		})
		if r.TraceID().IsValid() {
			fmt.Fprintf(&b, " trace=%s span=%s", r.TraceID(), r.SpanID())
		}
		b.WriteByte('\n')
		if _, err := io.WriteString(e.w, b.String()); err != nil {
			return err
		}
	}
	return nil
}

func (e *consoleExporter) Shutdown(context.Context) error   { return nil }
func (e *consoleExporter) ForceFlush(context.Context) error { return nil }

// line keeps what others have written on one line, and from driving the
// terminal.
func line(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 {
			return ' '
		}
		return r
	}, s)
}
