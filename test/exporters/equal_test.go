// Package exporterstest holds the SDK's own OTLP/HTTP exporter against the
// official ones: the same spans, metrics and log records go through both to a
// server that keeps the requests, which must say the same. It is a module of its
// own so that no instrumented program's module graph contains the official
// exporters.
package exporterstest

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
	"go.opentelemetry.io/collector/pdata/pmetric/pmetricotlp"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlplog/otlploghttp"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetrichttp"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/log"
	"go.opentelemetry.io/otel/sdk/instrumentation"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	"go.opentelemetry.io/otel/sdk/log/logtest"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
	collogs "go.opentelemetry.io/proto/otlp/collector/logs/v1"
	colmetrics "go.opentelemetry.io/proto/otlp/collector/metrics/v1"
	coltrace "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	commonpb "go.opentelemetry.io/proto/otlp/common/v1"
	logspb "go.opentelemetry.io/proto/otlp/logs/v1"
	resourcepb "go.opentelemetry.io/proto/otlp/resource/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/proto"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook/otellog"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/otlp"
)

type request struct {
	path   string
	header http.Header
	body   []byte
}

type capture struct {
	*httptest.Server
	mu   sync.Mutex
	list []request
}

func newCapture(t *testing.T) *capture {
	c := &capture{}
	c.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		assert.NoError(t, err)
		if r.Header.Get("Content-Encoding") == "gzip" {
			z, err := gzip.NewReader(bytes.NewReader(body))
			assert.NoError(t, err)
			body, err = io.ReadAll(z)
			assert.NoError(t, err)
		}
		c.mu.Lock()
		c.list = append(c.list, request{r.URL.RequestURI(), r.Header, body})
		c.mu.Unlock()
		w.Header().Set("Content-Type", r.Header.Get("Content-Type"))
	}))
	t.Cleanup(c.Close)
	return c
}

// take returns the requests since the last call.
func (c *capture) take() []request {
	c.mu.Lock()
	defer c.mu.Unlock()
	l := c.list
	c.list = nil
	return l
}

// The settings under which requests are compared.
var settings = []map[string]string{
	{},
	{"COMPRESSION": "gzip", "HEADERS": "api-key=a%20secret,x-tenant=shop"},
	{"PROTOCOL": "http/json"},
	{"PROTOCOL": "http/json", "COMPRESSION": "gzip"},
}

func set(t *testing.T, url string, s map[string]string) {
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", url+"/base/")
	for k, v := range s {
		t.Setenv("OTEL_EXPORTER_OTLP_"+k, v)
	}
}

func client(t *testing.T, signal string) *otlp.Client {
	t.Helper()
	c, err := otlp.FromEnvironment(os.Getenv, signal)
	require.NoError(t, err)
	return otlp.NewClient(c)
}

// compare wants one request of each side, equal in all that counts.
func compare(t *testing.T, official, own []request, decode func(*testing.T, request) proto.Message) {
	t.Helper()
	require.Len(t, official, 1)
	require.Len(t, own, 1)
	a, b := official[0], own[0]
	assert.Equal(t, a.path, b.path)
	for k, v := range a.header {
		if k != "User-Agent" && k != "Content-Length" && k != "Content-Type" {
			assert.Equal(t, v, b.header[k], k)
		}
	}
	assert.True(t, strings.HasPrefix(b.header.Get("User-Agent"), "OTel OTLP Exporter Go/"))
	// For metrics and logs the official exporters know no JSON.
	want := "application/x-protobuf"
	if os.Getenv("OTEL_EXPORTER_OTLP_PROTOCOL") == "http/json" {
		want = "application/json"
	}
	assert.Equal(t, want, b.header.Get("Content-Type"))
	x, y := decode(t, a), decode(t, b)
	if !proto.Equal(x, y) {
		p, q := strings.Split(prototext.Format(x), "\n"), strings.Split(prototext.Format(y), "\n")
		for i := range min(len(p), len(q)) {
			// Whole requests are too long to be read.
			require.Equal(t, p[max(0, i-10):i+1], q[max(0, i-10):i+1])
		}
		require.Len(t, q, len(p))
	}
}

func isJSON(r request) bool { return r.header.Get("Content-Type") == "application/json" }

// JSON is decoded as the Collector does.
func decodeTraces(t *testing.T, r request) proto.Message {
	body := r.body
	if isJSON(r) {
		req := ptraceotlp.NewExportRequest()
		require.NoError(t, req.UnmarshalJSON(body), string(body))
		var err error
		body, err = req.MarshalProto()
		require.NoError(t, err)
	}
	m := &coltrace.ExportTraceServiceRequest{}
	require.NoError(t, proto.Unmarshal(body, m))
	slices.SortFunc(m.ResourceSpans, func(x, y *tracepb.ResourceSpans) int { return strings.Compare(x.String(), y.String()) })
	return m
}

func decodeMetrics(t *testing.T, r request) proto.Message {
	body := r.body
	if isJSON(r) {
		req := pmetricotlp.NewExportRequest()
		require.NoError(t, req.UnmarshalJSON(body), string(body))
		var err error
		body, err = req.MarshalProto()
		require.NoError(t, err)
	}
	m := &colmetrics.ExportMetricsServiceRequest{}
	require.NoError(t, proto.Unmarshal(body, m))
	return m
}

func decodeLogs(t *testing.T, r request) proto.Message {
	body := r.body
	if isJSON(r) {
		req := plogotlp.NewExportRequest()
		require.NoError(t, req.UnmarshalJSON(body), string(body))
		var err error
		body, err = req.MarshalProto()
		require.NoError(t, err)
	}
	m := &collogs.ExportLogsServiceRequest{}
	require.NoError(t, proto.Unmarshal(body, m))
	for _, g := range m.ResourceLogs {
		if g.Resource == nil { // the official exporter's way of saying that it is empty, for logs alone
			g.Resource = &resourcepb.Resource{}
		}
		for _, sl := range g.ScopeLogs {
			if sl.Scope == nil { // and that pdata adds when it converts JSON
				sl.Scope = &commonpb.InstrumentationScope{}
			}
		}
	}
	slices.SortFunc(m.ResourceLogs, func(x, y *logspb.ResourceLogs) int { return strings.Compare(x.String(), y.String()) })
	return m
}

var (
	when = time.Unix(1_700_000_000, 123456789)

	// Every type and many sizes of values.
	attrs = []attribute.KeyValue{
		attribute.String("s", "text"), attribute.String("empty", ""), attribute.String("quoted", "a\"b\\c\n\t\x01é世\u2028"),
		attribute.Int64("i", -42), attribute.Int64("min", math.MinInt64), attribute.Int64("zero", 0),
		attribute.Bool("t", true), attribute.Bool("f", false),
		attribute.Float64("d", 1.5), attribute.Float64("tiny", 5e-324), attribute.Float64("huge", math.MaxFloat64),
		attribute.Float64("-0", math.Copysign(0, -1)), attribute.Float64("inf", math.Inf(-1)),
		attribute.BoolSlice("bs", []bool{true, false}), attribute.Int64Slice("is", []int64{1, 0, -1}),
		attribute.Float64Slice("ds", []float64{0, 1e100}), attribute.StringSlice("ss", []string{"", "x"}),
		attribute.StringSlice("none", nil),
		{Key: "bytes", Value: attribute.ByteSliceValue([]byte{0, 255})},
		{Key: "slice", Value: attribute.SliceValue(attribute.IntValue(1), attribute.StringValue("x"), attribute.Value{})},
		{Key: "map", Value: attribute.MapValue(attribute.String("k", "v"), attribute.Int("n", 0))},
		{Key: "nothing"},
		attribute.String("long", strings.Repeat("long ", 4000)),
	}

	resources = []*resource.Resource{
		resource.NewWithAttributes("https://opentelemetry.io/schemas/1.40.0", attribute.String("service.name", "a")),
		resource.NewSchemaless(attribute.String("service.name", "b")),
		resource.Empty(),
	}
	scopes = []instrumentation.Scope{
		{Name: "one", Version: "v1", SchemaURL: "https://example.com/schema", Attributes: attribute.NewSet(attribute.Bool("x", true))},
		{Name: "two"},
	}
)

func spanContext(n byte, remote bool, state string) trace.SpanContext {
	ts, err := trace.ParseTraceState(state)
	if err != nil {
		panic(err)
	}
	return trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{n, 15: 1}, SpanID: trace.SpanID{n, 7: 2},
		TraceFlags: trace.FlagsSampled, Remote: remote, TraceState: ts})
}

func spans() []sdktrace.ReadOnlySpan {
	var list tracetest.SpanStubs
	for kind := trace.SpanKindUnspecified; kind <= trace.SpanKindConsumer+1; kind++ {
		for i, res := range resources {
			n := byte(len(list) + 1)
			s := tracetest.SpanStub{Name: fmt.Sprintf("span %d", n), SpanContext: spanContext(n, false, ""), SpanKind: kind,
				StartTime: when, EndTime: when.Add(time.Duration(n)), Resource: res, InstrumentationScope: scopes[i%2]}
			switch n % 4 {
			case 0:
				s.Parent = spanContext(100+n, true, "")
				s.Attributes = attrs
				s.DroppedAttributes, s.DroppedEvents, s.DroppedLinks = 1, 2, 3
			case 1:
				s.SpanContext = spanContext(n, false, "vendor=1,other=2")
				s.Parent = spanContext(100+n, false, "")
				s.Status = sdktrace.Status{Code: codes.Error, Description: "it failed"}
				s.Events = []sdktrace.Event{{Name: "event", Time: when, Attributes: attrs, DroppedAttributeCount: 7}, {}}
			case 2:
				s.Status = sdktrace.Status{Code: codes.Ok}
				// The official exporter leaves a link's trace state out.
				s.Links = []sdktrace.Link{{SpanContext: spanContext(200, true, ""), Attributes: attrs, DroppedAttributeCount: 9},
					{SpanContext: spanContext(201, false, "")}}
			case 3:
				s.StartTime, s.EndTime, s.Name = time.Time{}, time.Unix(-1, 0), ""
			}
			list = append(list, s)
		}
	}
	return list.Snapshots()
}

func TestTraces(t *testing.T) {
	for _, s := range settings {
		t.Run(fmt.Sprint(s), func(t *testing.T) {
			c := newCapture(t)
			set(t, c.URL, s)
			official, err := otlptracehttp.New(t.Context())
			require.NoError(t, err)
			own := otlp.NewSpanExporter(client(t, "TRACES"))
			for _, list := range [][]sdktrace.ReadOnlySpan{spans(), spans()[:1]} {
				require.NoError(t, official.ExportSpans(t.Context(), list))
				want := c.take()
				require.NoError(t, own.ExportSpans(t.Context(), list))
				compare(t, want, c.take(), decodeTraces)
			}
			require.NoError(t, own.ExportSpans(t.Context(), nil))
			assert.Empty(t, c.take())
		})
	}
}

// Batches as the SDK makes them, through both.
func TestProvider(t *testing.T) {
	c := newCapture(t)
	set(t, c.URL, nil)
	official, err := otlptracehttp.New(t.Context())
	require.NoError(t, err)
	keep := tracetest.NewInMemoryExporter()
	p := sdktrace.NewTracerProvider(sdktrace.WithSyncer(keep))
	tracer := p.Tracer("t", trace.WithInstrumentationVersion("v2"))
	for i := range 1000 {
		ctx, s := tracer.Start(t.Context(), fmt.Sprint("s", i), trace.WithAttributes(attrs[i%len(attrs)]))
		_, child := tracer.Start(ctx, "child", trace.WithSpanKind(trace.SpanKindClient))
		child.RecordError(io.ErrUnexpectedEOF)
		child.End()
		s.End()
	}
	list := keep.GetSpans().Snapshots()
	require.Len(t, list, 2000)
	require.NoError(t, official.ExportSpans(t.Context(), list))
	want := c.take()
	require.NoError(t, otlp.NewSpanExporter(client(t, "TRACES")).ExportSpans(t.Context(), list))
	compare(t, want, c.take(), decodeTraces)
}

func metrics[N int64 | float64](v N) []metricdata.Metrics {
	a := attribute.NewSet(attrs[:8]...)
	ex := []metricdata.Exemplar[N]{{FilteredAttributes: attrs, Time: when, Value: v, SpanID: []byte{1, 2, 3, 4, 5, 6, 7, 8},
		TraceID: bytes.Repeat([]byte{9}, 16)}, {Time: when}}
	points := []metricdata.DataPoint[N]{{Attributes: a, StartTime: when, Time: when.Add(1), Value: v, Exemplars: ex}, {Time: when}}
	hist := []metricdata.HistogramDataPoint[N]{
		{Attributes: a, StartTime: when, Time: when, Count: 3, Bounds: []float64{0, 0.5, 1e9}, BucketCounts: []uint64{0, 1, 2, 0},
			Min: metricdata.NewExtrema(N(0)), Max: metricdata.NewExtrema(v), Sum: v, Exemplars: ex},
		{Time: when}}
	exp := []metricdata.ExponentialHistogramDataPoint[N]{
		{Attributes: a, StartTime: when, Time: when, Count: 1 << 40, Sum: v, Scale: -3, ZeroCount: 2, ZeroThreshold: 1e-9,
			Min: metricdata.NewExtrema(v), Max: metricdata.NewExtrema(N(0)), Exemplars: ex,
			PositiveBucket: metricdata.ExponentialBucket{Offset: -7, Counts: []uint64{1, 0, 300, 1 << 60}},
			NegativeBucket: metricdata.ExponentialBucket{Offset: 20, Counts: []uint64{5}}},
		{Time: when}}
	return []metricdata.Metrics{
		{Name: "gauge", Description: "a gauge", Unit: "1", Data: metricdata.Gauge[N]{DataPoints: points}},
		{Name: "empty", Data: metricdata.Gauge[N]{}},
		{Name: "sum", Data: metricdata.Sum[N]{DataPoints: points, Temporality: metricdata.CumulativeTemporality, IsMonotonic: true}},
		{Name: "delta", Data: metricdata.Sum[N]{DataPoints: points, Temporality: metricdata.DeltaTemporality}},
		{Name: "histogram", Unit: "s", Data: metricdata.Histogram[N]{DataPoints: hist, Temporality: metricdata.DeltaTemporality}},
		{Name: "exponential", Data: metricdata.ExponentialHistogram[N]{DataPoints: exp, Temporality: metricdata.CumulativeTemporality}},
	}
}

func TestMetrics(t *testing.T) {
	all := append(metrics[int64](-12), metrics(12.25)...)
	all = append(all, metricdata.Metrics{Name: "summary", Data: metricdata.Summary{DataPoints: []metricdata.SummaryDataPoint{
		{Attributes: attribute.NewSet(attrs[0]), StartTime: when, Time: when, Count: 2, Sum: 3.5,
			QuantileValues: []metricdata.QuantileValue{{}, {Quantile: 0.99, Value: 2}}}, {}}}})
	rm := &metricdata.ResourceMetrics{Resource: resources[0], ScopeMetrics: []metricdata.ScopeMetrics{
		{Scope: scopes[0], Metrics: all}, {Scope: scopes[1], Metrics: all[:1]}}}
	for _, s := range settings {
		t.Run(fmt.Sprint(s), func(t *testing.T) {
			c := newCapture(t)
			set(t, c.URL, s)
			official, err := otlpmetrichttp.New(t.Context())
			require.NoError(t, err)
			own, err := otlp.NewMetricExporter(client(t, "METRICS"), os.Getenv)
			require.NoError(t, err)
			require.NoError(t, official.Export(t.Context(), rm))
			want := c.take()
			require.NoError(t, own.Export(t.Context(), rm))
			compare(t, want, c.take(), decodeMetrics)

			bad := &metricdata.ResourceMetrics{Resource: resources[0], ScopeMetrics: []metricdata.ScopeMetrics{
				{Scope: scopes[1], Metrics: []metricdata.Metrics{{Name: "bad", Data: metricdata.Sum[int64]{}}, all[0]}}}}
			require.Error(t, official.Export(t.Context(), bad))
			want = c.take()
			require.ErrorContains(t, own.Export(t.Context(), bad), "bad")
			compare(t, want, c.take(), decodeMetrics)
		})
	}
}

// What the environment says of temporality and histograms is heeded alike, for
// instruments of every kind.
func TestMetricPreferences(t *testing.T) {
	for _, temporality := range []string{"", "cumulative", "Delta", "lowmemory"} {
		for _, histogram := range []string{"", "explicit_bucket_histogram", "base2_exponential_bucket_histogram"} {
			t.Setenv("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", temporality)
			t.Setenv("OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION", histogram)
			official, err := otlpmetrichttp.New(t.Context())
			require.NoError(t, err)
			own, err := otlp.NewMetricExporter(client(t, "METRICS"), os.Getenv)
			require.NoError(t, err)
			for k := sdkmetric.InstrumentKindCounter; k <= sdkmetric.InstrumentKindGauge; k++ {
				assert.Equal(t, official.Temporality(k), own.Temporality(k), "%v %s", k, temporality)
				assert.Equal(t, official.Aggregation(k), own.Aggregation(k), "%v %s", k, histogram)
			}
		}
	}
}

func records() []sdklog.Record {
	var list []sdklog.Record
	for s := log.SeverityUndefined; s <= log.SeverityFatal4+1; s++ {
		n := byte(s)
		f := logtest.RecordFactory{Timestamp: when, ObservedTimestamp: when.Add(time.Second), Severity: s, SeverityText: s.String(),
			Body: attrs[int(s)%len(attrs)].Value, Resource: resources[int(s)%3], InstrumentationScope: &scopes[int(s)%2]}
		switch s % 3 {
		case 0:
			f.Attributes, f.DroppedAttributes, f.EventName = attrs, 3, "an.event"
		case 1:
			f.TraceID, f.SpanID, f.TraceFlags = trace.TraceID{n, 1}, trace.SpanID{n, 1}, trace.FlagsSampled
		case 2:
			f.Timestamp, f.InstrumentationScope = time.Time{}, nil
		}
		list = append(list, f.NewRecord())
	}
	return list
}

func TestLogs(t *testing.T) {
	for _, s := range settings {
		t.Run(fmt.Sprint(s), func(t *testing.T) {
			c := newCapture(t)
			set(t, c.URL, s)
			official, err := otlploghttp.New(t.Context())
			require.NoError(t, err)
			require.NoError(t, official.Export(t.Context(), records()))
			want := c.take()
			own := client(t, "LOGS")
			require.NoError(t, own.Send(t.Context(), otellog.Encode(own.NewEncoder(), records())))
			compare(t, want, c.take(), decodeLogs)
		})
	}
}

// What is no UTF-8 costs the official exporter the whole batch.
func TestInvalidText(t *testing.T) {
	for _, s := range settings {
		c := newCapture(t)
		set(t, c.URL, s)
		list := tracetest.SpanStubs{{Name: "a\xffb", SpanContext: spanContext(1, false, ""), Resource: resources[1]}}.Snapshots()
		require.NoError(t, otlp.NewSpanExporter(client(t, "TRACES")).ExportSpans(t.Context(), list))
		m := decodeTraces(t, c.take()[0]).(*coltrace.ExportTraceServiceRequest)
		assert.Equal(t, "a\uFFFDb", m.ResourceSpans[0].ScopeSpans[0].Spans[0].Name)
	}
}

func BenchmarkOwn(b *testing.B) {
	c := newBenchServer(b)
	b.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", c)
	cfg, _ := otlp.FromEnvironment(os.Getenv, "TRACES")
	x := otlp.NewSpanExporter(otlp.NewClient(cfg))
	benchmark(b, x.ExportSpans)
}

func BenchmarkOfficial(b *testing.B) {
	b.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", newBenchServer(b))
	x, err := otlptracehttp.New(b.Context())
	require.NoError(b, err)
	benchmark(b, x.ExportSpans)
}

func newBenchServer(b *testing.B) string {
	srv := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) }))
	b.Cleanup(srv.Close)
	return srv.URL
}

func benchmark(b *testing.B, export func(context.Context, []sdktrace.ReadOnlySpan) error) {
	var stubs tracetest.SpanStubs
	for i := range 512 {
		stubs = append(stubs, tracetest.SpanStub{Name: "GET /item/{id}", SpanContext: spanContext(byte(i), false, ""), StartTime: when,
			EndTime: when, Resource: resources[0], InstrumentationScope: scopes[0], SpanKind: trace.SpanKindServer, Attributes: attrs[:8]})
	}
	list := stubs.Snapshots()
	b.ReportAllocs()
	for b.Loop() {
		if err := export(b.Context(), list); err != nil {
			b.Fatal(err)
		}
	}
}
