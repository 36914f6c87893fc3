package nethttp

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric/noop"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook/hooktest"
)

// measurements lists the metrics that were recorded, with attributes, number,
// and the sum where it is one of bytes.
func measurements(t *testing.T, r sdkmetric.Reader, s *httptest.Server) []string {
	t.Helper()
	var rm metricdata.ResourceMetrics
	require.NoError(t, r.Collect(context.Background(), &rm))
	addr := s.Listener.Addr().(*net.TCPAddr)
	at := fmt.Sprintf("server.address=%s server.port=%d", addr.IP, addr.Port)
	var out []string
	for _, sm := range rm.ScopeMetrics {
		for _, m := range sm.Metrics {
			add := func(set []string, count uint64, sum any) {
				line := fmt.Sprint(m.Name, m.Unit, m.Description, set, count, sum)
				if strings.Contains(line, at) {
					out = append(out, strings.ReplaceAll(line, at, "server.address=* server.port=*"))
				}
			}
			switch h := m.Data.(type) {
			case metricdata.Histogram[float64]:
				for _, p := range h.DataPoints {
					var set []string
					for _, kv := range p.Attributes.ToSlice() {
						set = append(set, string(kv.Key)+"="+kv.Value.Emit())
					}
					add(set, p.Count, p.Bounds)
				}
			case metricdata.Histogram[int64]:
				for _, p := range h.DataPoints {
					var set []string
					for _, kv := range p.Attributes.ToSlice() {
						set = append(set, string(kv.Key)+"="+kv.Value.Emit())
					}
					add(set, p.Count, p.Sum)
				}
			}
		}
	}
	slices.Sort(out)
	return out
}

// Measurements are those of the official package used by hand, whether a
// request's size is known before or not.
func TestMeasurementsEqualOtelhttpByHand(t *testing.T) {
	record()
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		_, _ = io.WriteString(w, "hello")
	})
	send := func(c *http.Client, url string) {
		for _, body := range []io.Reader{nil, strings.NewReader("known"), io.MultiReader(strings.NewReader("not known"))} {
			resp, err := c.Post(url+"/p", "text/plain", body)
			require.NoError(t, err)
			_, _ = io.Copy(io.Discard, resp.Body)
			resp.Body.Close()
		}
	}
	byHand := sdkmetric.NewManualReader()
	provider := otelhttp.WithMeterProvider(sdkmetric.NewMeterProvider(sdkmetric.WithReader(byHand)))
	hand := listen(t, otelhttp.NewHandler(h, "op", provider))
	hand.Start()
	send(&http.Client{Transport: otelhttp.NewTransport(http.DefaultTransport, provider)}, hand.URL)
	s := server(t, h)
	send(client(http.DefaultTransport), s.URL)
	var want []string
	require.Eventually(t, func() bool {
		want = measurements(t, byHand, hand)
		return assert.ObjectsAreEqual(want, measurements(t, reader, s))
	}, 5*time.Second, 10*time.Millisecond, "%q\n%q", want, measurements(t, reader, s))
	assert.Len(t, want, 5)
}

func TestResponseWriterOfHTTP2(t *testing.T) {
	r := record()
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, pusher := w.(http.Pusher)
		_, notifier := w.(http.CloseNotifier)
		_, hijacker := w.(http.Hijacker)
		assert.True(t, pusher && notifier)
		assert.False(t, hijacker, "HTTP/2 has no connection to take over")
		assert.NoError(t, http.NewResponseController(w).Flush())
		_, _ = w.Write([]byte("hello"))
	}))
	c := hooktest.New("net/http", "(*Server).Serve", []any{s.Config, s.Listener}, []any{nil})
	BeforeServe(c)
	s.EnableHTTP2 = true
	s.StartTLS()
	defer s.Close()
	resp, err := s.Client().Get(s.URL)
	require.NoError(t, err)
	_, _ = io.Copy(io.Discard, resp.Body)
	resp.Body.Close()
	assert.Equal(t, 2, resp.ProtoMajor)
	got := spans(t, r, 1)[0]
	assert.Equal(t, "2", attr(got, "network.protocol.version"))
	assert.Equal(t, "https", attr(got, "url.scheme"))
	assert.Equal(t, "5", attr(got, "http.response.body.size"))
}

// A file is sent by the server's own ReadFrom, and counted.
func TestSizesOfWhatIsSent(t *testing.T) {
	file := filepath.Join(t.TempDir(), "f")
	require.NoError(t, os.WriteFile(file, make([]byte, 10000), 0o600))
	r := record()
	s := server(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusEarlyHints)
		http.ServeFile(w, r, file)
	}))
	get(t, s.URL)
	got := spans(t, r, 1)[0]
	assert.Equal(t, "200", attr(got, "http.response.status_code"), "early hints are no answer")
	assert.Equal(t, "10000", attr(got, "http.response.body.size"))
}

// What a transport was given stays as it is, and the answer is of the program's
// own request.
func TestRequestIsLeftAlone(t *testing.T) {
	s := httptest.NewServer(http.NotFoundHandler())
	defer s.Close()
	r := record()
	req, err := http.NewRequest("PUT", strings.Replace(s.URL, "//", "//me:secret@", 1), io.MultiReader(strings.NewReader("x")))
	require.NoError(t, err)
	body := req.Body
	resp, err := (&transport{http.DefaultTransport}).RoundTrip(req)
	require.NoError(t, err)
	resp.Body.Close()
	assert.Empty(t, req.Header)
	assert.Same(t, req, resp.Request)
	assert.Equal(t, body, req.Body)
	got := spans(t, r, 1)[0]
	assert.Equal(t, s.URL, attr(got, "url.full"), "without credentials")
	assert.Equal(t, "404", attr(got, "error.type"))
}

// A body that is asked for again is counted once, whatever the first attempt read.
func TestSecondAttempt(t *testing.T) {
	record()
	s := listen(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) }))
	s.Start()
	retry := roundTripper(func(r *http.Request) (*http.Response, error) {
		_, _ = io.CopyN(io.Discard, r.Body, 2)
		r.Body.Close()
		r.Body, _ = r.GetBody()
		return http.DefaultTransport.RoundTrip(r)
	})
	req, err := http.NewRequest("PUT", s.URL, strings.NewReader("12345"))
	require.NoError(t, err)
	req.ContentLength = -1
	resp, err := client(retry).Do(req)
	require.NoError(t, err)
	resp.Body.Close()
	var got []string
	require.Eventually(t, func() bool {
		got = measurements(t, reader, s)
		return len(got) == 2
	}, 5*time.Second, 10*time.Millisecond)
	assert.True(t, strings.HasPrefix(got[0], "http.client.request.body.size"), got[0])
	assert.True(t, strings.HasSuffix(got[0], "] 1 5"), got[0])
}

// hooked is a Transport whose RoundTrip is.
func hooked(base *http.Transport) http.RoundTripper {
	return roundTripper(func(r *http.Request) (*http.Response, error) {
		c := hooktest.New("net/http", "(*Transport).RoundTrip", []any{base, r}, []any{nil, nil})
		c.Call(BeforeRoundTrip, AfterRoundTrip, func() {
			resp, err := base.RoundTrip(c.Params[1].(*http.Request))
			c.Results[0] = resp
			if err != nil {
				c.Results[1] = err
			}
		})
		resp, _ := c.Results[0].(*http.Response)
		err, _ := c.Results[1].(error)
		return resp, err
	})
}

// One client span, and one measurement, whoever is above a Transport.
func TestTransportItself(t *testing.T) {
	unsampled := sdktrace.NewTracerProvider(sdktrace.WithSampler(sdktrace.NeverSample()))
	quiet := otelhttp.WithMeterProvider(noop.NewMeterProvider())
	base := hooked(http.DefaultTransport.(*http.Transport))
	for name, c := range map[string]struct {
		rt            http.RoundTripper
		ctx           context.Context
		spans, counts int
	}{
		"nobody":                     {rt: base, spans: 1, counts: 1},
		"our client":                 {rt: client(base).Transport, spans: 1, counts: 1},
		"otelhttp":                   {rt: otelhttp.NewTransport(base, quiet), spans: 1},
		"otelhttp, not recorded":     {rt: otelhttp.NewTransport(base, quiet, otelhttp.WithTracerProvider(unsampled))},
		"another client's span":      {rt: base, ctx: started(trace.SpanKindClient), spans: 1, counts: 1},
		"a span of the request":      {rt: base, ctx: started(trace.SpanKindClient, attribute.String("http.request.method", "GET"))},
		"a server's span":            {rt: base, ctx: started(trace.SpanKindServer), spans: 1, counts: 1},
		"a span of an older request": {rt: base, ctx: sentBefore(t), spans: 1, counts: 1},
	} {
		t.Run(name, func(t *testing.T) {
			s := listen(t, http.NotFoundHandler())
			s.Start()
			r := record()
			ctx := context.Background()
			if c.ctx != nil {
				ctx = c.ctx
			}
			req, err := http.NewRequestWithContext(ctx, "GET", s.URL, nil)
			require.NoError(t, err)
			resp, err := c.rt.RoundTrip(req)
			require.NoError(t, err)
			resp.Body.Close()
			spans(t, r, c.spans)
			assert.Len(t, measurements(t, reader, s), 2*c.counts)
		})
	}
}

func started(kind trace.SpanKind, attrs ...attribute.KeyValue) context.Context {
	ctx, _ := otel.Tracer("t").Start(context.Background(), "s", trace.WithSpanKind(kind), trace.WithAttributes(attrs...))
	return ctx
}

// sentBefore is the context that an earlier request was sent with.
func sentBefore(t *testing.T) (ctx context.Context) {
	s := httptest.NewServer(http.NotFoundHandler())
	defer s.Close()
	resp, err := client(roundTripper(func(r *http.Request) (*http.Response, error) {
		ctx = r.Context()
		return http.DefaultTransport.RoundTrip(r)
	})).Get(s.URL)
	require.NoError(t, err)
	resp.Body.Close()
	return ctx
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
