// Package zerolog puts trace_id and span_id into each event of zerolog, once:
// those of the event's context (Event.Ctx, Context.Ctx), else of the goroutine's
// span. They stand at the end, behind what the program's own hooks have added,
// and not at all where an event has a trace_id already.
package zerolog

import (
	"bytes"
	"reflect"
	"unsafe"

	"github.com/rs/zerolog"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/logids"
)

// bufferAt is where an event holds what it has written so far; below 0 if it is
// not where it was.
var bufferAt = func() int {
	f, ok := reflect.TypeFor[zerolog.Event]().FieldByName("buf")
	if !ok || f.Type != reflect.TypeFor[[]byte]() {
		return -1
	}
	return int(f.Offset)
}()

// key is how JSON and CBOR alike have the text of a key.
var key = []byte(logids.TraceKey)

// Text is what an event has written so far: a JSON object without its end.
func Text(e *zerolog.Event) []byte {
	if bufferAt < 0 {
		return nil
	}
	return *(*[]byte)(unsafe.Add(unsafe.Pointer(e), bufferAt))
}

// BeforeWrite runs when an event is complete.
func BeforeWrite(c hook.Context) {
	e, _ := c.GetParam(0).(*zerolog.Event)
	if e == nil || !e.Enabled() {
		return
	}
	sc := logids.Current(e.GetCtx())
	if !sc.IsValid() || bytes.Contains(Text(e), key) {
		return
	}
	e.Str(logids.TraceKey, sc.TraceID().String()).Str(logids.SpanKey, sc.SpanID().String())
}
