package otelsetup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/goctx"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/linked"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/otlp"
)

// askedExporters returns what OTEL_<signal>_EXPORTER asks for. An empty list means
// that the signal is off.
func askedExporters(env func(string) string, signal string) []string {
	value := env("OTEL_" + signal + "_EXPORTER")
	if strings.TrimSpace(value) == "" {
		value = "otlp"
	}
	var list []string
	for _, n := range strings.Split(value, ",") {
		switch n = strings.ToLower(strings.TrimSpace(n)); n {
		case "", "none":
		case "logging":
			list = append(list, "console")
		default:
			list = append(list, n)
		}
	}
	return list
}

// exporters returns those asked for that are linked: "otlp", "console", and what
// package linked has. What is not is said.
func exporters(env func(string) string, signal string) []string {
	var list []string
	for _, n := range askedExporters(env, signal) {
		switch n {
		case "console":
			list = append(list, n)
		case "otlp":
			variable, protocol := otlp.Protocol(env, signal)
			if protocol == "" || protocol == "http/protobuf" || protocol == "http/json" {
				list = append(list, n)
			} else if _, ok := linked.FindExporter("otlp/" + protocol); ok {
				list = append(list, "otlp/"+protocol)
			} else if protocol == "grpc" {
				sayOnce("%s=grpc: this program was built without it, and nothing is exported over it; build it with `otel --with grpc` (OTEL_WITH=grpc), "+
					"or set http/protobuf, which the Collector receives on port 4318", variable)
			} else {
				sayOnce("%s=%s: there is no such protocol, and nothing is exported over it; set http/protobuf, http/json or grpc", variable, protocol)
			}
		default:
			e, ok := linked.FindExporter(n)
			switch {
			case ok && (signal == "TRACES" && e.Traces != nil || signal == "METRICS" && (e.Metrics != nil || e.Reader != nil) || signal == "LOGS" && e.Logs != nil):
				list = append(list, n)
			case n == "prometheus" && signal == "METRICS":
				sayOnce("OTEL_METRICS_EXPORTER=prometheus: this program was built without it, and it is left out; build it with `otel --with prometheus` (OTEL_WITH=prometheus)")
			default:
				sayOnce("OTEL_%s_EXPORTER=%s is not linked into this program and left out; otlp, console and none are", signal, n)
			}
		}
	}
	return list
}

var said sync.Map

// sayOnce says what holds for the whole run.
func sayOnce(format string, args ...any) {
	if _, before := said.LoadOrStore(fmt.Sprintf(format, args...), true); !before {
		say(format, args...)
	}
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
	next sdktrace.SpanExporter
}

// linkedTraces makes an exporter that the build has added.
func (s *setup) linkedTraces(name string) *spanExporter {
	t := s.target("traces")
	e, ok := linked.FindExporter(name)
	if !ok || e.Traces == nil {
		return nil
	}
	next, err := e.Traces(context.Background())
	if err != nil {
		say("traces are not exported: %s: %v", name, err)
		return nil
	}
	return &spanExporter{t, next}
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
	sdkmetric.Exporter
	*target
}

// linkedMetrics makes a reader with an exporter that the build has added, or one
// that is read by others.
func (s *setup) linkedMetrics(name string) sdkmetric.Reader {
	e, _ := linked.FindExporter(name)
	if e.Reader != nil {
		r, err := e.Reader(context.Background())
		if err != nil {
			say("metrics are not exported: %s: %v", name, err)
			return nil
		}
		return r
	}
	if e.Metrics == nil {
		return nil
	}
	next, err := e.Metrics(context.Background())
	if err != nil {
		say("metrics are not exported: %s: %v", name, err)
		return nil
	}
	m := &metricExporter{next, s.target("metrics")}
	r := sdkmetric.NewPeriodicReader(m)
	s.addFlusher(m.flusher(r.ForceFlush))
	return r
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
	e.export(ctx, func(ctx context.Context) error { return e.Exporter.Export(ctx, rm) })
	return nil
}
