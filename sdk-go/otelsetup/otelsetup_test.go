package otelsetup

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	runtimecontrib "go.opentelemetry.io/contrib/instrumentation/runtime"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/propagation"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/linked"
)

var bg = context.Background()

func environment(kv ...string) func(string) string {
	m := map[string]string{}
	for i := 0; i < len(kv); i += 2 {
		m[kv[i]] = kv[i+1]
	}
	return func(name string) string { return m[name] }
}

// rerun runs a test in a process of its own and returns what it printed.
func rerun(t *testing.T, env ...string) string {
	t.Helper()
	pattern := "^" + strings.ReplaceAll(t.Name(), "/", "$/^") + "$"
	cmd := exec.Command(os.Args[0], "-test.run="+pattern, "-test.timeout=60s", "-test.v")
	cmd.Env = append(os.Environ(), env...)
	text, err := cmd.CombinedOutput()
	require.NoError(t, err, string(text))
	require.Contains(t, string(text), "--- PASS: "+t.Name())
	return string(text)
}

// alone tells whether this is a process for this test alone where init has
// installed nothing, and runs one if it is not. Tests that set the API's
// providers need it: what was taken from the API before is handed over once in a
// process, and the stand-ins of init would follow, by their timers too. So do
// those of what is said once.
func alone(t *testing.T) bool {
	t.Helper()
	const name = "OTEL_TEST_ALONE"
	if os.Getenv(name) != t.Name() {
		rerun(t, name+"="+t.Name(), "OTEL_SDK_DISABLED=true")
		return false
	}
	require.NoError(t, os.Unsetenv("OTEL_SDK_DISABLED"))
	require.Nil(t, program)
	return true
}

func capture(t *testing.T, f func()) string {
	t.Helper()
	r, w, err := os.Pipe()
	require.NoError(t, err)
	old := os.Stderr
	os.Stderr = w
	done := make(chan string)
	go func() { b, _ := io.ReadAll(r); done <- string(b) }()
	f()
	os.Stderr = old
	w.Close()
	return <-done
}

func TestInitInstalledStandIns(t *testing.T) {
	assert.IsType(t, &tracerProvider{}, otel.GetTracerProvider())
	assert.IsType(t, &meterProvider{}, otel.GetMeterProvider())
	assert.IsType(t, &propagator{}, otel.GetTextMapPropagator())
}

func TestExporterNames(t *testing.T) {
	if !alone(t) {
		return
	}
	for _, c := range []struct {
		env  []string
		want []string
		says string
	}{
		{nil, []string{"otlp"}, ""},
		{[]string{"OTEL_TRACES_EXPORTER", "none"}, nil, ""},
		{[]string{"OTEL_TRACES_EXPORTER", " console, OTLP "}, []string{"console", "otlp"}, ""},
		{[]string{"OTEL_TRACES_EXPORTER", "zipkin"}, nil, "OTEL_TRACES_EXPORTER=zipkin is not linked"},
		{[]string{"OTEL_TRACES_EXPORTER", "prometheus"}, nil, "OTEL_TRACES_EXPORTER=prometheus is not linked"},
		{[]string{"OTEL_EXPORTER_OTLP_PROTOCOL", "carrier-pigeon"}, nil, "there is no such protocol"},
		{[]string{"OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"}, []string{"otlp"}, ""},
		{[]string{"OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"}, nil, "otel --with grpc"},
		{[]string{"OTEL_EXPORTER_OTLP_PROTOCOL", "grpc", "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "http/protobuf"}, []string{"otlp"}, ""},
	} {
		var got []string
		said := capture(t, func() { got = exporters(environment(c.env...), "TRACES") })
		assert.Equal(t, c.want, got, "%v", c.env)
		if c.says == "" {
			assert.Empty(t, said)
		} else {
			assert.Contains(t, said, c.says)
			assert.Equal(t, 1, strings.Count(said, "\n"), "one line")
		}
	}
}

func TestDisabled(t *testing.T) {
	if !alone(t) {
		return
	}
	assert.Nil(t, install(environment("OTEL_SDK_DISABLED", "TRUE")))
	assert.NotNil(t, install(environment("OTEL_SDK_DISABLED", "1", "OTEL_TRACES_EXPORTER", "none")), "only true disables")
}

func TestPropagators(t *testing.T) {
	if !alone(t) {
		return
	}
	assert.ElementsMatch(t, []string{"traceparent", "tracestate", "baggage"}, newPropagator(environment()).Fields())
	assert.ElementsMatch(t, []string{"baggage"}, newPropagator(environment("OTEL_PROPAGATORS", "baggage")).Fields())
	assert.Empty(t, newPropagator(environment("OTEL_PROPAGATORS", "none")).Fields())
	said := capture(t, func() { newPropagator(environment("OTEL_PROPAGATORS", "tracecontext,xray")) })
	assert.Contains(t, said, "built without xray")
	assert.Contains(t, said, "otel --with propagators")
}

func TestProgramsOwnPropagatorWins(t *testing.T) {
	if !alone(t) {
		return
	}
	p := &propagator{own: func() propagation.TextMapPropagator { return propagation.TraceContext{} }}
	otel.SetTextMapPropagator(p)
	assert.Contains(t, p.Fields(), "traceparent")
	otel.SetTextMapPropagator(propagation.Baggage{})
	assert.Equal(t, []string{"baggage"}, p.Fields())
}

func newSetup(kv ...string) *setup { return &setup{env: environment(kv...)} }

// A tracer that was taken before the program set its provider follows it there.
func TestProgramSetsTracerProviderLater(t *testing.T) {
	if !alone(t) {
		return
	}
	ours := newTracerProvider(newSetup())
	otel.SetTracerProvider(ours)
	early := otel.Tracer("early")
	_, s := early.Start(bg, "before")
	assert.True(t, s.IsRecording())
	s.End()

	r := tracetest.NewSpanRecorder()
	otel.SetTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(r)))
	_, s = early.Start(bg, "after")
	s.End()
	require.Len(t, r.Ended(), 1)
	assert.Equal(t, "after", r.Ended()[0].Name())
	assert.Equal(t, "early", r.Ended()[0].InstrumentationScope().Name)
}

func TestProgramsOwnTracerProviderCostsNothingOfOurs(t *testing.T) {
	if !alone(t) {
		return
	}
	ours := newTracerProvider(newSetup())
	otel.SetTracerProvider(ours)
	tr := otel.Tracer("x")
	otel.SetTracerProvider(sdktrace.NewTracerProvider())
	_, s := tr.Start(bg, "s")
	s.End()
	assert.Nil(t, ours.sdk, "no provider, no exporter, no goroutine")
	assert.Empty(t, ours.setup.flushers)
}

func collect(t *testing.T, r sdkmetric.Reader) map[string]metricdata.Aggregation {
	var rm metricdata.ResourceMetrics
	require.NoError(t, r.Collect(bg, &rm))
	out := map[string]metricdata.Aggregation{}
	for _, sm := range rm.ScopeMetrics {
		for _, m := range sm.Metrics {
			out[m.Name] = m.Data
		}
	}
	return out
}

func TestProgramSetsMeterProviderLater(t *testing.T) {
	if !alone(t) {
		return
	}
	ours := newMeterProvider(newSetup())
	otel.SetMeterProvider(ours)
	m := otel.Meter("m")
	ic, _ := m.Int64Counter("ic")
	iu, _ := m.Int64UpDownCounter("iu")
	ih, _ := m.Int64Histogram("ih")
	ig, _ := m.Int64Gauge("ig")
	fc, _ := m.Float64Counter("fc")
	fu, _ := m.Float64UpDownCounter("fu")
	fh, _ := m.Float64Histogram("fh")
	fg, _ := m.Float64Gauge("fg")
	_, err := m.Int64ObservableGauge("iog", metric.WithInt64Callback(func(_ context.Context, o metric.Int64Observer) error {
		o.Observe(5)
		return nil
	}))
	require.NoError(t, err)
	foc, _ := m.Float64ObservableCounter("foc")
	iou, _ := m.Int64ObservableUpDownCounter("iou")
	reg, err := m.RegisterCallback(func(_ context.Context, o metric.Observer) error {
		o.ObserveFloat64(foc, 2)
		o.ObserveInt64(iou, 3)
		return nil
	}, foc, iou)
	require.NoError(t, err)
	assert.Nil(t, ours.sdk, "making instruments starts nothing")

	record := func() {
		ic.Add(bg, 1)
		iu.Add(bg, 1)
		ih.Record(bg, 1)
		ig.Record(bg, 1)
		fc.Add(bg, 1)
		fu.Add(bg, 1)
		fh.Record(bg, 1)
		fg.Record(bg, 1)
	}
	record()
	assert.NotNil(t, ours.sdk, "measuring does")

	r := sdkmetric.NewManualReader()
	otel.SetMeterProvider(sdkmetric.NewMeterProvider(sdkmetric.WithReader(r)))
	record()
	got := collect(t, r)
	for _, name := range []string{"ic", "iu", "ih", "ig", "fc", "fu", "fh", "fg", "iog", "foc", "iou"} {
		assert.Contains(t, got, name)
	}
	require.NoError(t, reg.Unregister())
	assert.NotContains(t, collect(t, r), "iou")
}

func TestInstrumentsAreMadeOnce(t *testing.T) {
	if !alone(t) {
		return
	}
	ours := newMeterProvider(newSetup())
	otel.SetMeterProvider(ours)
	for range 10 {
		c, err := otel.GetMeterProvider().Meter("m", metric.WithInstrumentationVersion("1")).Int64Counter("c", metric.WithUnit("s"))
		require.NoError(t, err)
		c.Add(bg, 1)
	}
	var insts []int
	for key, m := range ours.meters {
		if key.name == "m" {
			insts = append(insts, len(m.insts))
		}
	}
	assert.Equal(t, []int{1}, insts, "one meter, one instrument")
}

// With OTEL_GO_X_OBSERVABILITY the SDK makes instruments for itself while it is
// made, and so do readers: of the provider that is being started.
func TestInstrumentsMadeWhileTheSDKStarts(t *testing.T) {
	if !alone(t) {
		return
	}
	r := sdkmetric.NewManualReader()
	var self metric.Int64Counter
	linked.AddExporter("self", linked.Exporter{Reader: func(context.Context) (sdkmetric.Reader, error) {
		self, _ = otel.Meter("self").Int64Counter("self")
		self.Add(bg, 1)
		return r, nil
	}})
	otel.SetMeterProvider(newMeterProvider(newSetup("OTEL_METRICS_EXPORTER", "self")))
	c, err := otel.Meter("m").Int64Counter("c")
	require.NoError(t, err)
	c.Add(bg, 1)
	self.Add(bg, 1)
	got := collect(t, r)
	assert.Contains(t, got, "c")
	sum, ok := got["self"].(metricdata.Sum[int64])
	require.True(t, ok)
	assert.EqualValues(t, 2, sum.DataPoints[0].Value, "what is measured meanwhile is not lost")
}

// Callbacks run under a lock of the SDK's, which making an instrument there
// waits for.
func TestProviderSetWhileCallbacksRun(t *testing.T) {
	if !alone(t) {
		return
	}
	r := sdkmetric.NewManualReader()
	linked.AddExporter("self", linked.Exporter{Reader: func(context.Context) (sdkmetric.Reader, error) { return r, nil }})
	p := newMeterProvider(newSetup("OTEL_METRICS_EXPORTER", "self"))
	otel.SetMeterProvider(p)
	m := p.Meter("m")
	p.ensure()
	runs, goOn := make(chan bool), make(chan bool)
	seen, err := m.Int64ObservableGauge("seen")
	require.NoError(t, err)
	_, err = m.RegisterCallback(func(context.Context, metric.Observer) error {
		runs <- true
		<-goOn
		return nil
	}, seen)
	require.NoError(t, err)
	_, err = m.RegisterCallback(func(context.Context, metric.Observer) error { return nil }, seen)
	require.NoError(t, err)
	collected, made := make(chan bool), make(chan bool)
	go func() { collect(t, r); close(collected) }()
	<-runs
	go func() {
		_, _ = m.Int64ObservableGauge("g", metric.WithInt64Callback(func(context.Context, metric.Int64Observer) error { return nil }))
		close(made)
	}()
	require.Eventually(t, func() bool {
		free := p.mu.TryLock()
		if free {
			p.mu.Unlock()
		}
		return !free
	}, 10*time.Second, time.Millisecond)
	otel.SetMeterProvider(sdkmetric.NewMeterProvider())
	close(goOn)
	for _, c := range []chan bool{collected, made} {
		select {
		case <-c:
		case <-time.After(10 * time.Second):
			t.Fatal("waits for ever")
		}
	}
}

// Newer versions of the API ask instruments whether they are enabled, and
// otelgrpc measures nothing where the answer is no.
func TestInstrumentsAreEnabled(t *testing.T) {
	if !alone(t) {
		return
	}
	m := newMeterProvider(newSetup()).Meter("m")
	h, err := m.Float64Histogram("h")
	require.NoError(t, err)
	c, err := m.Int64Counter("c")
	require.NoError(t, err)
	for _, i := range []any{h, c} {
		e, ok := i.(interface{ Enabled(context.Context) bool })
		require.True(t, ok)
		assert.True(t, e.Enabled(bg))
	}
}

func TestSwitchingProvidersUnderLoad(t *testing.T) {
	if !alone(t) {
		return
	}
	otel.SetTracerProvider(newTracerProvider(newSetup()))
	otel.SetMeterProvider(newMeterProvider(newSetup()))
	tr, m := otel.Tracer("t"), otel.Meter("m")
	var wg sync.WaitGroup
	for range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for range 500 {
				_, s := tr.Start(bg, "s")
				s.End()
				c, _ := m.Int64Counter("c")
				c.Add(bg, 1)
			}
		}()
	}
	otel.SetTracerProvider(sdktrace.NewTracerProvider())
	otel.SetMeterProvider(sdkmetric.NewMeterProvider())
	wg.Wait()
}

// uncomparable is a provider that must not be compared with ==.
type uncomparable struct {
	trace.TracerProvider
	_ []int
}

func TestProviderThatCannotBeCompared(t *testing.T) {
	if !alone(t) {
		return
	}
	otel.SetTracerProvider(newTracerProvider(newSetup()))
	tr := otel.Tracer("x")
	otel.SetTracerProvider(uncomparable{TracerProvider: sdktrace.NewTracerProvider()})
	for range 2 {
		_, s := tr.Start(bg, "s")
		s.End()
	}
}

// collector counts what arrives over OTLP/HTTP.
func collector(t *testing.T, handle http.HandlerFunc) (string, *atomic.Int64) {
	var n atomic.Int64
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n.Add(1)
		if handle != nil {
			handle(w, r)
		}
		_, _ = io.Copy(io.Discard, r.Body)
	}))
	t.Cleanup(s.Close)
	return s.URL, &n
}

func TestFlush(t *testing.T) {
	if !alone(t) {
		return
	}
	url, n := collector(t, nil)
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", url)
	s := &setup{env: os.Getenv}
	p := newTracerProvider(s)
	otel.SetTracerProvider(p)
	mp := newMeterProvider(s)
	otel.SetMeterProvider(mp)
	s.flush()
	assert.Zero(t, n.Load(), "nothing was used, nothing is sent")
	_, sp := otel.Tracer("t").Start(bg, "s")
	sp.End()
	s.flush()
	assert.EqualValues(t, 1, n.Load())
	_, err := otel.Meter("m").Int64ObservableGauge("g", metric.WithInt64Callback(func(_ context.Context, o metric.Int64Observer) error {
		o.Observe(1)
		return nil
	}))
	require.NoError(t, err)
	s.flush()
	assert.EqualValues(t, 2, n.Load(), "a program too short to be asked for its gauges sends them at its end")
}

func TestFlushIsBounded(t *testing.T) {
	if !alone(t) {
		return
	}
	release := make(chan struct{})
	url, _ := collector(t, func(http.ResponseWriter, *http.Request) { <-release })
	defer close(release)
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", url)
	t.Setenv("OTEL_GO_FLUSH_TIMEOUT", "100")
	s := &setup{env: os.Getenv}
	otel.SetTracerProvider(newTracerProvider(s))
	_, sp := otel.Tracer("t").Start(bg, "s")
	sp.End()
	start := time.Now()
	s.flush()
	assert.Less(t, time.Since(start), time.Second)
}

func TestFlushDoesNotWaitForACollectorThatIsAway(t *testing.T) {
	s := newSetup()
	called := false
	s.addFlusher(flusher{flush: func(context.Context) error { called = true; return nil }, away: func() bool { return true }})
	s.addFlusher(flusher{flush: func(context.Context) error { panic("an exporter's bug") }})
	s.flush()
	assert.False(t, called)
}

func TestQuietByDefault(t *testing.T) {
	var said []string
	now := time.Unix(1000, 0)
	e := newSetup().target("traces")
	e.say = func(f string, a ...any) { said = append(said, f) }
	e.now = func() time.Time { return now }
	fail := func(context.Context) error { return errors.New("connection refused") }
	e.export(bg, fail)
	assert.Empty(t, said, "nobody asked for a collector")
	assert.True(t, e.isAway())
	assert.Equal(t, "http://localhost:4318", e.endpoint)

	asked := newSetup("OTEL_EXPORTER_OTLP_ENDPOINT", "http://user:secret@collector:4318").target("traces")
	asked.say = e.say
	asked.now = e.now
	assert.NotContains(t, asked.endpoint, "secret")
	for range 10 {
		asked.export(bg, fail)
	}
	assert.Len(t, said, 1)
	now = now.Add(6 * time.Minute)
	asked.export(bg, fail)
	assert.Len(t, said, 2)
	asked.export(bg, func(context.Context) error { return nil })
	assert.Len(t, said, 3, "and when it is back")
	assert.False(t, asked.isAway())
}

func TestErrorHandler(t *testing.T) {
	var b bytes.Buffer
	now := time.Unix(0, 0)
	h := newErrorHandler(&b)
	h.now = func() time.Time { return now }
	for range 1000 {
		h.Handle(errors.New("the same"))
	}
	assert.Equal(t, "otel: the same\n", b.String())
	now = now.Add(sayAgain)
	h.Handle(errors.New("otel: the same"))
	h.Handle(errors.New("the same"))
	assert.Contains(t, b.String(), "(and 999 more left out)")
	b.Reset()
	for i := range 1000 {
		h.Handle(errors.New(strings.Repeat("x", i)))
	}
	assert.LessOrEqual(t, strings.Count(b.String(), "\n"), maxTexts)
}

func TestServiceName(t *testing.T) {
	name := func(path string, args ...string) string {
		return serviceName(&debug.BuildInfo{Path: path}, args)
	}
	assert.Equal(t, "shop", name("example.com/shop", "/tmp/x"))
	assert.Equal(t, "api", name("example.com/shop/cmd/api"))
	assert.Equal(t, "shop", name("example.com/shop/v2"))
	assert.Equal(t, "shop", name("command-line-arguments", "/tmp/b001/exe/shop"))
	assert.Equal(t, "shop", name("example.com/shop.test"))
	assert.Equal(t, "x", serviceName(nil, []string{`x.exe`}))
	assert.Equal(t, "unknown_service:go", serviceName(nil, nil))
}

func TestResource(t *testing.T) {
	t.Setenv("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=test,service.name=from-attributes")
	t.Setenv("OTEL_SERVICE_NAME", "mine")
	r := newResource(os.Getenv)
	get := func(k string) string {
		v, ok := r.Set().Value(attribute.Key(k))
		if !ok {
			return ""
		}
		return v.Emit()
	}
	assert.Equal(t, "mine", get("service.name"))
	assert.Equal(t, "test", get("deployment.environment.name"))
	assert.Equal(t, distro, get("telemetry.distro.name"))
	assert.Equal(t, "go", get("telemetry.sdk.language"))
	assert.NotEmpty(t, get("host.name"))
	assert.NotEmpty(t, get("process.pid"))
	assert.Len(t, get("service.instance.id"), 36)
	assert.Empty(t, get("process.command_args"), "they may hold secrets")
}

func TestUntouched(t *testing.T) {
	assert.False(t, untouched(sdktrace.NewTracerProvider()))
	assert.False(t, untouched(newTracerProvider(newSetup())))
}

// The runtime's metrics are there by default, once, and not where the program
// has its own.
func TestRuntimeMetrics(t *testing.T) {
	for name, test := range map[string]func(*testing.T, *setup, *meterProvider, func() int64){
		"by default": func(t *testing.T, s *setup, p *meterProvider, sent func() int64) {
			p.observeRuntime()
			require.NoError(t, runtimecontrib.Start()) // the program's own, too late
			s.flush()
			assert.EqualValues(t, 1, sent())
		},
		"the program's own": func(t *testing.T, s *setup, p *meterProvider, sent func() int64) {
			require.NoError(t, runtimecontrib.Start())
			p.observeRuntime()
			assert.False(t, p.ownRuntime)
			p.ensure()
			s.flush()
			assert.EqualValues(t, 1, sent())
		},
		"the program's own provider": func(t *testing.T, s *setup, p *meterProvider, sent func() int64) {
			otel.SetMeterProvider(sdkmetric.NewMeterProvider())
			p.observeRuntime()
			s.flush()
			assert.False(t, p.ownRuntime)
			assert.Nil(t, p.sdk, "a program with a provider of its own pays for none of ours")
			assert.Zero(t, sent())
		},
	} {
		t.Run(name, func(t *testing.T) {
			if !alone(t) {
				return
			}
			var sent atomic.Int64
			url, _ := collector(t, func(_ http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				sent.Add(int64(bytes.Count(body, []byte("go.goroutine.count"))))
			})
			t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", url)
			s := &setup{env: os.Getenv}
			p := newMeterProvider(s)
			otel.SetMeterProvider(p)
			test(t, s, p, sent.Load)
		})
	}
}
