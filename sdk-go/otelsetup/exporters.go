package otelsetup

import (
	"context"
	"io"
	"net/url"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetrichttp"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/goctx"
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
	name := "OTEL_EXPORTER_OTLP_" + signal + "_PROTOCOL"
	value := strings.TrimSpace(env(name))
	if value == "" {
		name = "OTEL_EXPORTER_OTLP_PROTOCOL"
		value = strings.TrimSpace(env(name))
	}
	if value == "" || value == "http/protobuf" {
		return true
	}
	if _, said := protocolSaid.LoadOrStore(name+value, true); !said {
		say("%s=%s: this protocol is not linked into the program and nothing is exported over it; "+
			"set http/protobuf, which the Collector receives on port 4318, or have the program set its own exporter", name, value)
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

// endpoint returns where a signal goes, and whether somebody has asked for it.
func (s *setup) endpoint(signal string) (string, bool) {
	if e := s.env("OTEL_EXPORTER_OTLP_" + signal + "_ENDPOINT"); e != "" {
		return e, true
	}
	if e := s.env("OTEL_EXPORTER_OTLP_ENDPOINT"); e != "" {
		return e, true
	}
	return "http://localhost:4318", false
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
	now      func() time.Time
	say      func(string, ...any)
}

func (s *setup) target(signal string) *target {
	e, asked := s.endpoint(strings.ToUpper(signal))
	if u, err := url.Parse(e); err == nil && u.User != nil {
		u.User = url.User("…")
		e = u.String()
	}
	return &target{signal: signal, endpoint: e, asked: asked, now: time.Now, say: say}
}

// isAway tells that the last export failed, so that the end of the program need
// not wait for another.
func (t *target) isAway() bool { return t.failing.Load() }

// export runs f with hooks off. Failures end here: the SDK would otherwise hand
// each of them to the program's error handler.
func (t *target) export(ctx context.Context, f func(context.Context) error) {
	ctx, resume := goctx.Suppress(ctx)
	defer resume()
	err := f(ctx)
	if err == nil {
		if t.failing.Swap(false) && t.asked {
			t.lastSaid.Store(0)
			t.say("%s are exported to %s again", t.signal, t.endpoint)
		}
		return
	}
	t.failing.Store(true)
	if !t.asked {
		return
	}
	now, last := t.now().UnixNano(), t.lastSaid.Load()
	if (last == 0 || now-last >= int64(sayAgain)) && t.lastSaid.CompareAndSwap(last, now) {
		t.say("%s cannot be exported to %s: %v (said every %v at most; the program is not affected)",
			t.signal, t.endpoint, err, sayAgain)
	}
}

// insecure tells whether the default endpoint is in use: the specification
// makes it http, the exporters https.
func (t *target) insecure(s *setup) bool {
	return !t.asked && s.env("OTEL_EXPORTER_OTLP_INSECURE") == "" &&
		s.env("OTEL_EXPORTER_OTLP_"+strings.ToUpper(t.signal)+"_INSECURE") == ""
}

type spanExporter struct {
	*target
	next sdktrace.SpanExporter
}

func (s *setup) otlpTraces() *spanExporter {
	t := s.target("traces")
	var opts []otlptracehttp.Option
	if t.insecure(s) {
		opts = append(opts, otlptracehttp.WithInsecure())
	}
	e, err := otlptracehttp.New(context.Background(), opts...)
	if err != nil {
		say("traces are not exported: %v", err)
		return nil
	}
	return &spanExporter{t, e}
}

func (e *spanExporter) ExportSpans(ctx context.Context, spans []sdktrace.ReadOnlySpan) error {
	e.export(ctx, func(ctx context.Context) error { return e.next.ExportSpans(ctx, spans) })
	return nil
}

func (e *spanExporter) Shutdown(ctx context.Context) error { return e.next.Shutdown(ctx) }

// metricExporter embeds the official one for temporality and aggregation.
type metricExporter struct {
	sdkmetric.Exporter
	*target
}

func (s *setup) otlpMetrics() *metricExporter {
	t := s.target("metrics")
	var opts []otlpmetrichttp.Option
	if t.insecure(s) {
		opts = append(opts, otlpmetrichttp.WithInsecure())
	}
	e, err := otlpmetrichttp.New(context.Background(), opts...)
	if err != nil {
		say("metrics are not exported: %v", err)
		return nil
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
