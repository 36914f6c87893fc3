package otelsetup

import (
	"context"
	"io"
	"sync/atomic"

	"go.opentelemetry.io/otel/sdk/resource"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/otlp"
)

// An Extension lets the SDK's other modules share what is set up here: the
// environment, the resource, the quiet treatment of exporters, the flush at the
// end. It is not meant for others and follows no compatibility promise.
type Extension struct{ s *setup }

// Extend returns nil when the SDK is disabled.
func Extend() *Extension {
	if program == nil {
		return nil
	}
	return &Extension{program}
}

// Asked tells whether OTEL_<signal>_EXPORTER asks for any exporter.
func (e *Extension) Asked(signal string) bool { return len(askedExporters(e.s.env, signal)) > 0 }

// Exporters returns what OTEL_<signal>_EXPORTER asks for and is linked: "otlp",
// "console", or a name of package linked.
func (e *Extension) Exporters(signal string) []string { return exporters(e.s.env, signal) }

// Untouched tells whether a global provider is the API's own placeholder.
func (e *Extension) Untouched(provider any) bool { return untouched(provider) }

// Resource describes the process.
func (e *Extension) Resource() *resource.Resource { return e.s.resource() }

// Console is where console exporters write.
func (e *Extension) Console() io.Writer { return e.s.consoleWriter() }

// Target watches over the exports of one signal ("logs"), see target. It is nil
// where they cannot be sent, and why has been said.
func (e *Extension) Target(signal string) *Target {
	t := e.s.target(signal)
	c := t.open(e.s.env)
	if c == nil {
		return nil
	}
	return &Target{Client: c, t: t, s: e.s}
}

// Watch is Target for an exporter that has a client of its own.
func (e *Extension) Watch(signal string) *Target {
	return &Target{t: e.s.target(signal), s: e.s}
}

// Target is where a signal goes.
type Target struct {
	Client *otlp.Client
	t      *target
	s      *setup
}

// OnFlush adds to what Flush sends.
func (t *Target) OnFlush(flush func(context.Context) error) { t.s.addFlusher(t.t.flusher(flush)) }

// TellLost has Flush tell at its end how many items were not sent, if somebody was
// asked for to send them to.
func (t *Target) TellLost(items string, lost func() int64) {
	if !t.t.asked {
		return
	}
	var told atomic.Int64
	t.s.addFlusher(flusher{last: true, flush: func(context.Context) error {
		if n := lost(); n > told.Swap(n) {
			t.t.say("%d %s were dropped", n, items)
		}
		return nil
	}})
}

// Export runs f with hooks off, and is quiet about its failures.
func (t *Target) Export(ctx context.Context, f func(context.Context) error) { t.t.export(ctx, f) }

// OnFlush adds to what Flush sends.
func (e *Extension) OnFlush(flush func(context.Context) error) {
	e.s.addFlusher(flusher{flush: flush})
}

// Say prints one line on standard error.
func Say(format string, args ...any) { say(format, args...) }

// Same compares two interface values without looking at what they hold.
func Same(a, b any) bool { return same(a, b) }
