package stdlog

import (
	"context"
	"io"
	"log"
	"log/slog"
	"reflect"
	"strings"
	"sync"
	"time"

	"go.opentelemetry.io/contrib/bridges/otelslog"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/goctx"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook/otellog"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/logids"
)

var logBridge = sync.OnceValue(func() slog.Handler {
	return otellog.Making(func() slog.Handler { return otelslog.NewHandler("log") })
})

// handlerWriter is the type of writer by which lines become records of slog.
var handlerWriter = reflect.TypeOf(slog.NewLogLogger(slog.DiscardHandler, slog.LevelInfo).Writer())

// BeforeOutput exports a line of package log, without the logger's prefix and
// time, as slog takes lines over: at level INFO.
func BeforeOutput(c hook.Context) {
	l, _ := c.GetParam(0).(*log.Logger)
	depth, _ := c.GetParam(2).(int)
	write, _ := c.GetParam(3).(func([]byte) []byte)
	// slog's default handler counts no callers; it has exported the record.
	if l == nil || write == nil || depth == 0 || l.Writer() == io.Discard || reflect.TypeOf(l.Writer()) == handlerWriter {
		return
	}
	ctx := context.Background()
	if goctx.Suppressed(ctx) || !logBridge().Enabled(ctx, slog.LevelInfo) {
		return
	}
	c.SetParam(3, func(b []byte) []byte {
		start := len(b)
		b = write(b)
		text := strings.TrimRight(string(b[start:]), "\n")
		if sc := logids.Current(nil); sc.IsValid() {
			// What hook/stdlog has added.
			text = strings.TrimSuffix(text, " "+logids.TraceKey+"="+sc.TraceID().String()+" "+logids.SpanKey+"="+sc.SpanID().String())
		}
		_ = logBridge().Handle(ctx, slog.NewRecord(time.Now(), slog.LevelInfo, text, 0))
		return b
	})
}
