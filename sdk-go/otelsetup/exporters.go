package otelsetup

import (
	"context"
	"errors"
	"io"
	"net/url"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/goctx"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/otlp"
)

// exporters returns what OTEL_<signal>_EXPORTER asks for, of what is linked.
// An empty list means that the signal is off.
func exporters(env func(string) string, signal string) []string {
	name := "OTEL_" + signal + "_EXPORTER"
	value := env(name)
	if strings.TrimSpace(value) == "" {
		value = "otlp"
	}
	var list []string
	for _, n := range strings.Split(value, ",") {
		switch n = strings.ToLower(strings.TrimSpace(n)); n {
		case "", "none":
		case "otlp":
			if protocolLinked(env, signal) {
				list = append(list, n)
			}
		case "console", "logging":
			list = append(list, "console")
		default:
			say("%s=%s is not linked into this program and left out; otlp, console and none are", name, n)
		}
	}
	return list
}

var protocolSaid sync.Map

// protocolLinked answers for OTEL_EXPORTER_OTLP_PROTOCOL, which wins for one
// signal as OTEL_EXPORTER_OTLP_<signal>_PROTOCOL.
func protocolLinked(env func(string) string, signal string) bool {
	name, value := otlp.Protocol(env, signal)
	if value == "" || value == "http/protobuf" || value == "http/json" {
		return true
	}
	if _, said := protocolSaid.LoadOrStore(name+value, true); !said {
		say("%s=%s: this protocol is not linked into the program and nothing is exported over it; "+
			"set http/protobuf or http/json, which the Collector receives on port 4318, or have the program set its own exporter", name, value)
	}
	return false
}

// consoleWriter is where console exporters write.
func (s *setup) consoleWriter() io.Writer {
	if s.env("OTEL_GO_CONSOLE") == "stdout" {
		return os.Stdout
	}
	return os.Stderr
}

// target watches over one signal's exports: it keeps hooks off them, is silent
// about a default endpoint where nobody listens, and says the same thing rarely
// about one that was asked for.
type target struct {
	signal   string
	endpoint string
	asked    bool
	failing  atomic.Bool
	lastSaid atomic.Int64

	lastRejected atomic.Int64
	now          func() time.Time
	say          func(string, ...any)
	client       *otlp.Client
}

func (s *setup) target(signal string) *target {
	e, asked := otlp.Endpoint(s.env, strings.ToUpper(signal))
	if u, err := url.Parse(e); err == nil && u.User != nil {
		u.User = url.User("…")
		e = u.String()
	}
	return &target{signal: signal, endpoint: e, asked: asked, now: time.Now, say: say}
}

// isAway tells that nobody has answered lately, so that the end of the program
// need not wait long for another try.
func (t *target) isAway() bool {
	return t.failing.Load() || t.client != nil && t.client.Away()
}

// export runs f with hooks off. Failures end here: the SDK would otherwise hand
// each of them to the program's error handler.
func (t *target) export(ctx context.Context, f func(context.Context) error) {
	ctx, resume := goctx.Suppress(ctx)
	defer resume()
	err := f(ctx)
	var rejected *otlp.Rejected
	if errors.As(err, &rejected) {
		t.sayRarely(&t.lastRejected, "%s sent to %s: %v (said every %v at most)", t.signal, t.endpoint, err, sayAgain)
		err = nil
	}
	if err == nil {
		if t.failing.Swap(false) && t.asked {
			t.lastSaid.Store(0)
			t.say("%s are exported to %s again", t.signal, t.endpoint)
		}
		return
	}
	t.missed(err)
}

// missed notes that an export or a try of one has failed.
func (t *target) missed(err error) {
	t.failing.Store(true)
	if !t.asked {
		return
	}
	t.sayRarely(&t.lastSaid, "%s cannot be exported to %s: %v (said every %v at most; the program is not affected)",
		t.signal, t.endpoint, err, sayAgain)
}

func (t *target) sayRarely(said *atomic.Int64, format string, args ...any) {
	now, last := t.now().UnixNano(), said.Load()
	if (last == 0 || now-last >= int64(sayAgain)) && said.CompareAndSwap(last, now) {
		t.say(format, args...)
	}
}

// open makes the client of this signal, or returns nil and has said why.
func (t *target) open(env func(string) string) *otlp.Client {
	config, err := otlp.FromEnvironment(env, strings.ToUpper(t.signal))
	switch {
	case config == nil:
		say("%s are not exported: %v", t.signal, err)
		return nil
	case err != nil:
		say("%s: %v; the default is taken instead", t.signal, err)
	}
	t.client = otlp.NewClient(config)
	if t.asked {
		t.client.OnSilence = t.missed
	} else {
		t.client.Doubt()
	}
	return t.client
}

// flusher hands what next holds back to the exporter.
func (t *target) flusher(next func(context.Context) error) flusher {
	return flusher{flush: next, away: t.isAway, hurry: func() {
		if t.client != nil {
			t.client.Hurry()
		}
	}}
}

type spanExporter struct {
	*target
	next *otlp.SpanExporter
}

func (s *setup) otlpTraces() *spanExporter {
	t := s.target("traces")
	if c := t.open(s.env); c != nil {
		return &spanExporter{t, otlp.NewSpanExporter(c)}
	}
	return nil
}

func (e *spanExporter) ExportSpans(ctx context.Context, spans []sdktrace.ReadOnlySpan) error {
	e.export(ctx, func(ctx context.Context) error { return e.next.ExportSpans(ctx, spans) })
	return nil
}

func (e *spanExporter) Shutdown(ctx context.Context) error { return e.next.Shutdown(ctx) }

// metricExporter embeds what answers for temporality and aggregation.
type metricExporter struct {
	*otlp.MetricExporter
	*target
}

func (s *setup) otlpMetrics() *metricExporter {
	t := s.target("metrics")
	c := t.open(s.env)
	if c == nil {
		return nil
	}
	e, err := otlp.NewMetricExporter(c, s.env)
	if err != nil {
		say("metrics: %v; the default is taken instead", err)
	}
	return &metricExporter{e, t}
}

func (e *metricExporter) Export(ctx context.Context, rm *metricdata.ResourceMetrics) error {
	if len(rm.ScopeMetrics) == 0 {
		return nil
	}
	e.export(ctx, func(ctx context.Context) error { return e.MetricExporter.Export(ctx, rm) })
	return nil
}
