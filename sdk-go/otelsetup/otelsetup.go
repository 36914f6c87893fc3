// Package otelsetup installs the official OpenTelemetry SDK in a program that
// knows nothing of it. Importing the package is enough; the build's generated
// file does.
//
// All is configured by the standard environment variables: OTEL_SDK_DISABLED,
// OTEL_TRACES_EXPORTER and OTEL_METRICS_EXPORTER (lists of otlp, console, none
// and what the build was asked to add, see package internal/linked),
// OTEL_EXPORTER_OTLP_*, OTEL_PROPAGATORS,
// OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES, and whatever the SDK reads by
// itself (sampler, limits, batches, intervals). Beyond the standard:
// OTEL_GO_FLUSH_TIMEOUT (milliseconds that the end of the program may wait,
// 2000), OTEL_GO_CONSOLE (stderr or stdout, see package internal/console).
//
// Logs are in package hook/otellog, which enters a program that has a bridge
// from its logger: the log modules change their API with each minor version, and
// must not be pinned where nobody needs them.
//
// What the program sets itself wins, whichever comes first. The providers
// installed here are stand-ins: a tracer, instrument or logger taken from them
// looks at each use whether the program has set a provider meanwhile, and then
// goes there. The SDK behind them comes into being with the first use, so that
// a program with providers of its own pays for none of ours: no exporter, no
// goroutine, no resource detection.
//
// Telemetry must not harm the program: nothing is written to standard output,
// exporters are quiet when no collector answers, and the end of the program
// waits for a bounded time, and hardly for a collector known to be away.
package otelsetup

import (
	"context"
	"fmt"
	"os"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"time"

	"go.opentelemetry.io/otel"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/goctx"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/linked"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/registry"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/rt"
)

// setup is the state of this program's SDK.
type setup struct {
	env     func(string) string
	tracers *tracerProvider
	meters  *meterProvider

	mu       sync.Mutex
	flushers []flusher
}

// A flusher sends what is waiting. Where away tells that it is likely in vain,
// hurry makes what waits for its next try go at once, and little time is given.
type flusher struct {
	flush func(context.Context) error
	away  func() bool
	hurry func()
	first bool // may add other flushers
	last  bool // tells what has become of the others' work
}

// program is nil when nothing was installed.
var program *setup

func init() {
	was := suppressHere()
	defer was()
	if program = install(os.Getenv); program != nil {
		rt.AtDeath(sync.OnceFunc(program.flushAtDeath))
		linked.OnReady(program.ready)
	}
}

// flushAtDeath flushes where a panic, on whichever goroutine, is about to end
// the program. The goroutine may hold any lock, so another one does the work and
// this one waits for a bounded time. When several goroutines panic, each waits
// for the one flush.
func (s *setup) flushAtDeath() {
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() { _ = recover() }()
		s.flush()
	}()
	timer := time.NewTimer(s.flushTimeout())
	defer timer.Stop()
	select {
	case <-done:
	case <-timer.C:
	}
}

func suppressHere() func() {
	_, done := goctx.Suppress(context.Background())
	return done
}

func install(env func(string) string) *setup {
	// The specification leaves propagators alone when the SDK is disabled.
	installPropagator(env)
	if disabled(env) {
		return nil
	}
	s := &setup{env: env}
	if untouched(otel.GetErrorHandler()) {
		otel.SetErrorHandler(newErrorHandler(os.Stderr))
	}
	if len(askedExporters(env, "TRACES")) > 0 && untouched(otel.GetTracerProvider()) {
		s.tracers = newTracerProvider(s)
		otel.SetTracerProvider(s.tracers)
	}
	if len(askedExporters(env, "METRICS")) > 0 && untouched(otel.GetMeterProvider()) {
		s.meters = newMeterProvider(s)
		otel.SetMeterProvider(s.meters)
		if registry.On("runtime", "runtime") {
			time.AfterFunc(observeDelay, s.meters.observeRuntime)
		}
	}
	return s
}

// ready runs when all that the build has added is there: what is missing is said
// now, and not with the first span.
func (s *setup) ready() {
	defer suppressHere()()
	if file := s.env("OTEL_CONFIG_FILE"); file != "" && s.configure(file) {
		return
	}
	for _, signal := range []string{"TRACES", "METRICS"} {
		exporters(s.env, signal)
	}
	if linked.HasLogs() {
		exporters(s.env, "LOGS")
	} else if s.env("OTEL_LOGS_EXPORTER") != "" && len(askedExporters(s.env, "LOGS")) > 0 {
		sayOnce("OTEL_LOGS_EXPORTER=%s: this program was built without the export of logs; build it with `otel --with logs` (OTEL_WITH=logs)", s.env("OTEL_LOGS_EXPORTER"))
	}
	if p, ok := otel.GetTextMapPropagator().(*propagator); ok {
		p.Fields()
	}
}

// configure sets up what a file describes, in place of what the other variables
// do.
func (s *setup) configure(file string) bool {
	f := linked.Configure()
	if f == nil {
		say("OTEL_CONFIG_FILE=%s: this program was built without declarative configuration; build it with `otel --with config` (OTEL_WITH=config). The other OTEL_ variables hold", file)
		return false
	}
	sdk, err := f(file)
	if err != nil {
		say("OTEL_CONFIG_FILE=%s: %v. The other OTEL_ variables hold", file, err)
		return false
	}
	if sdk.Traces != nil && (s.tracers == nil || same(otel.GetTracerProvider(), s.tracers)) {
		otel.SetTracerProvider(sdk.Traces)
	}
	if sdk.Metrics != nil && (s.meters == nil || same(otel.GetMeterProvider(), s.meters)) {
		otel.SetMeterProvider(sdk.Metrics)
	}
	if _, ours := otel.GetTextMapPropagator().(*propagator); ours && sdk.Propagator != nil {
		otel.SetTextMapPropagator(sdk.Propagator)
	}
	if sdk.SetLogs != nil {
		sdk.SetLogs()
	}
	s.addFlusher(flusher{flush: sdk.Flush})
	return true
}

// untouched tells whether a global is still the API's own placeholder, that is,
// the program has not set it in an init function.
func untouched(v any) bool {
	t := reflect.TypeOf(v)
	if t == nil {
		return true
	}
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return strings.HasPrefix(t.PkgPath(), "go.opentelemetry.io/otel/") && strings.Contains(t.PkgPath(), "/internal/global")
}

// placeholder returns the API's own provider or propagator that ours is about to
// replace, nil if it is another's. While it hands on to ours what was taken from
// it before, it still is the global one, and must not be taken for the
// program's.
func placeholder(v any) any {
	if untouched(v) {
		return v
	}
	return nil
}

func disabled(env func(string) string) bool {
	return strings.EqualFold(strings.TrimSpace(env("OTEL_SDK_DISABLED")), "true")
}

// addFlusher makes Flush call f.
func (s *setup) addFlusher(f flusher) {
	s.mu.Lock()
	s.flushers = append(s.flushers, f)
	s.mu.Unlock()
}

const (
	defaultFlushTimeout = 2 * time.Second
	// awayTimeout is enough to find that still nobody listens, or that a
	// Collector which was restarted is there again.
	awayTimeout = 200 * time.Millisecond
)

func (s *setup) flushTimeout() time.Duration {
	if ms, err := strconv.Atoi(strings.TrimSpace(s.env("OTEL_GO_FLUSH_TIMEOUT"))); err == nil && ms >= 0 {
		return time.Duration(ms) * time.Millisecond
	}
	return defaultFlushTimeout
}

// Flush exports what the SDK installed here holds back. It returns within
// OTEL_GO_FLUSH_TIMEOUT, and almost at once when there is nothing to send or
// nobody to send it to. It may be called often, from any goroutine.
func Flush() {
	if program != nil {
		program.flush()
	}
}

func (s *setup) all() []flusher {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]flusher(nil), s.flushers...)
}

func (s *setup) flush() {
	fs := s.all()
	if len(fs) == 0 {
		return
	}
	ctx, resume := goctx.Suppress(context.Background())
	defer resume()
	ctx, cancel := context.WithTimeout(ctx, s.flushTimeout())
	defer cancel()
	for _, f := range fs {
		if f.first {
			_ = f.flush(ctx)
		}
	}
	fs = s.all()
	defer func() {
		for _, f := range fs {
			if f.last {
				_ = f.flush(ctx)
			}
		}
	}()
	done := make(chan struct{}, len(fs))
	n := 0
	wait := min(awayTimeout, s.flushTimeout())
	for _, f := range fs {
		if f.first || f.last {
			continue
		}
		if f.away != nil && f.away() {
			if f.hurry == nil {
				continue
			}
			f.hurry()
		} else {
			wait = s.flushTimeout()
		}
		n++
		go func() {
			defer func() { done <- struct{}{} }()
			defer func() { _ = recover() }()
			_ = f.flush(ctx)
		}()
	}
	defer time.AfterFunc(wait, cancel).Stop()
	// Not every exporter looks at its context, so the time is kept here too.
	for ; n > 0; n-- {
		select {
		case <-done:
		case <-ctx.Done():
			return
		}
	}
}

// say prints one line for a person on standard error.
func say(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "otel: "+format+"\n", args...)
}
