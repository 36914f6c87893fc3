package genai

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/codes"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook/hooktest"
)

var (
	recorder = tracetest.NewInMemoryExporter()
	reader   = sdkmetric.NewManualReader()
	client   *Client
)

func TestMain(m *testing.M) {
	otel.SetTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithSyncer(recorder)))
	otel.SetMeterProvider(sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader)))
	client = New(Provider{Scope: "test", CacheBeside: true, Name: func(string) string { return "p" },
		Endpoints: map[string]Endpoint{"v1/messages": {Operation: "chat"}}})
	os.Exit(m.Run())
}

// cfg has the form of the clients' configurations.
type cfg struct {
	Context          context.Context
	Request          *http.Request
	BaseURL          *url.URL
	ResponseBodyInto any
	ResponseInto     **http.Response
	Body             io.Reader
}

func newCfg(t *testing.T, path, body string, into any) *cfg {
	r, err := http.NewRequest("POST", path, nil)
	require.NoError(t, err)
	base, _ := url.Parse("http://models.test:8080/")
	return &cfg{Request: r, BaseURL: base, Body: bytes.NewBufferString(body), ResponseBodyInto: into}
}

func call(c *cfg, err error, body func()) {
	h := hooktest.New("", "(*RequestConfig).Execute", []any{c}, []any{err})
	h.Call(client.Before, client.After, body)
}

func one(t *testing.T) (tracetest.SpanStub, map[string]string) {
	t.Helper()
	got := recorder.GetSpans()
	recorder.Reset()
	require.Len(t, got, 1)
	m := map[string]string{}
	for _, kv := range got[0].Attributes {
		m[string(kv.Key)] = kv.Value.Emit()
	}
	return got[0], m
}

type decoded struct{ raw string }

func (d decoded) RawJSON() string { return d.raw }

func TestOneAnswer(t *testing.T) {
	var into *decoded
	c := newCfg(t, "v1/messages?beta=true", `{"model":"m","max_tokens":9,"temperature":0,"stop_sequences":["x"],"messages":[{"content":"secret"}]}`, &into)
	call(c, nil, func() {
		assert.True(t, trace.SpanFromContext(c.Request.Context()).IsRecording(), "HTTP requests are below the call")
		into = &decoded{`{"id":"1","model":"m-7","stop_reason":"end_turn","content":[{"text":"secret"}],
			"usage":{"input_tokens":1,"output_tokens":4,"cache_read_input_tokens":2,"cache_creation_input_tokens":3}}`}
	})
	s, m := one(t)
	assert.Equal(t, "chat m", s.Name)
	assert.Equal(t, trace.SpanKindClient, s.SpanKind)
	assert.Equal(t, map[string]string{"gen_ai.operation.name": "chat", "gen_ai.provider.name": "p", "gen_ai.request.model": "m",
		"server.address": "models.test", "server.port": "8080", "gen_ai.request.max_tokens": "9", "gen_ai.request.temperature": "0",
		"gen_ai.request.stop_sequences": `["x"]`, "gen_ai.response.id": "1", "gen_ai.response.model": "m-7",
		"gen_ai.response.finish_reasons": `["end_turn"]`, "gen_ai.usage.input_tokens": "6", "gen_ai.usage.output_tokens": "4",
		"gen_ai.usage.cache_read.input_tokens": "2", "gen_ai.usage.cache_creation.input_tokens": "3"}, m)

	var rm metricdata.ResourceMetrics
	require.NoError(t, reader.Collect(context.Background(), &rm))
	sums := map[string]int64{}
	for _, d := range rm.ScopeMetrics[0].Metrics {
		if h, ok := d.Data.(metricdata.Histogram[int64]); ok && d.Name == "gen_ai.client.token.usage" {
			for _, p := range h.DataPoints {
				kind, _ := p.Attributes.Value("gen_ai.token.type")
				sums[kind.AsString()] += p.Sum
			}
		}
	}
	assert.Equal(t, map[string]int64{"input": 6, "output": 4}, sums)
}

func stream(t *testing.T, text string, events bool) (*cfg, *http.Response) {
	var resp *http.Response
	c := newCfg(t, "v1/messages", `{"model":"m","stream":true}`, &resp)
	kind := "application/json"
	if events {
		kind = "text/event-stream; charset=utf-8"
	}
	call(c, nil, func() {
		resp = &http.Response{Header: http.Header{"Content-Type": {kind}}, Body: io.NopCloser(strings.NewReader(text))}
	})
	return c, resp
}

const events = `event: message_start
data: {"type":"message_start","message":{"id":"2","model":"m-7","usage":{"input_tokens":5,"output_tokens":1}}}

data: {"type":"content_block_delta","delta":{"type":"text_delta","text":"secret"}}

data: {"type":"message_delta","delta":{"stop_reason":"max_tokens"},"usage":{"output_tokens":8}}

data: {"type":"message_stop"}

`

func TestStream(t *testing.T) {
	_, resp := stream(t, events, true)
	assert.Empty(t, recorder.GetSpans(), "it has not ended")
	got, err := io.ReadAll(iotestOneByte{resp.Body})
	require.NoError(t, err)
	assert.Equal(t, events, string(got))
	require.NoError(t, resp.Body.Close())
	s, m := one(t)
	assert.Equal(t, codes.Unset, s.Status.Code)
	assert.Equal(t, "8", m["gen_ai.usage.output_tokens"])
	assert.Equal(t, "5", m["gen_ai.usage.input_tokens"])
	assert.Equal(t, `["max_tokens"]`, m["gen_ai.response.finish_reasons"])
	assert.NotEmpty(t, m["gen_ai.response.time_to_first_chunk"])
	assert.NotContains(t, m, "gen_ai.usage.cache_read.input_tokens")
}

// iotestOneByte reads byte by byte, so that lines come in pieces.
type iotestOneByte struct{ io.Reader }

func (r iotestOneByte) Read(p []byte) (int, error) { return r.Reader.Read(p[:min(1, len(p))]) }

func TestStreamThatIsLeft(t *testing.T) {
	_, resp := stream(t, events, true)
	_, _ = resp.Body.Read(make([]byte, 150))
	require.NoError(t, resp.Body.Close())
	s, m := one(t)
	assert.Equal(t, codes.Unset, s.Status.Code)
	assert.Equal(t, "2", m["gen_ai.response.id"])
}

func TestStreamThatFails(t *testing.T) {
	_, resp := stream(t, "data: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"secret\"}}\n\n", true)
	_, _ = io.ReadAll(resp.Body)
	s, m := one(t)
	assert.Equal(t, codes.Error, s.Status.Code)
	assert.Equal(t, "overloaded_error", m["error.type"])
	_, resp = stream(t, "data: {\"type\":\"error\",\"code\":\"rate_limit\",\"message\":\"secret\"}\n\n", true)
	_, _ = io.ReadAll(resp.Body)
	_, m = one(t)
	assert.Equal(t, "rate_limit", m["error.type"])
}

func TestRawAnswer(t *testing.T) {
	_, resp := stream(t, `{"id":"3","usage":{"input_tokens":1}}`, false)
	_, _ = io.ReadAll(resp.Body)
	_, m := one(t)
	assert.Equal(t, "3", m["gen_ai.response.id"])
}

type apiError struct{ StatusCode int }

func (*apiError) Error() string   { return "no" }
func (*apiError) RawJSON() string { return `{"type":"error","error":{"type":"not_found_error"}}` }

type plainError struct{ StatusCode int }

func (*plainError) Error() string { return "no" }

func TestErrors(t *testing.T) {
	for kind, err := range map[string]error{
		"not_found_error":          &apiError{404},
		"503":                      &plainError{503},
		"context.Canceled":         context.Canceled,
		"context.DeadlineExceeded": context.DeadlineExceeded,
		"errors.errorString":       errors.New("no"),
	} {
		call(newCfg(t, "v1/messages", `{"model":"m"}`, nil), err, nil)
		s, m := one(t)
		assert.Equal(t, codes.Error, s.Status.Code)
		assert.Equal(t, kind, m["error.type"])
	}
}

func TestNothingElse(t *testing.T) {
	for _, path := range []string{"v1/messages/count_tokens", "v1/models", "x/v1/messages"} {
		call(newCfg(t, path, `{}`, nil), nil, nil)
	}
	get := newCfg(t, "v1/messages", "", nil)
	get.Request.Method = "GET"
	call(get, nil, nil)
	h := hooktest.New("", "(*RequestConfig).Execute", []any{struct{}{}}, []any{nil})
	h.Call(client.Before, client.After, nil)
	assert.Empty(t, recorder.GetSpans())
	// An absolute URL, as pages have it, may have a base path in front.
	call(newCfg(t, "http://models.test/proxy/v1/messages", `[`, nil), nil, nil)
	s, _ := one(t)
	assert.Equal(t, "chat", s.Name)
}

func TestPanic(t *testing.T) {
	assert.Panics(t, func() { call(newCfg(t, "v1/messages", `{}`, nil), nil, func() { panic("no") }) })
	s, _ := one(t)
	assert.Equal(t, codes.Error, s.Status.Code)
}

// A client that makes spans itself is only measured.
type ownSpans struct {
	SpanName string
	on       bool
}

func (o *ownSpans) Tracer() trace.Tracer {
	if !o.on {
		return nil
	}
	return otel.Tracer("own")
}

func TestOwnSpans(t *testing.T) {
	for _, on := range []bool{true, false} {
		c := &struct {
			cfg
			OpenTelemetry ownSpans
		}{cfg: *newCfg(t, "v1/messages", `{}`, nil), OpenTelemetry: ownSpans{"create", on}}
		h := hooktest.New("", "(*RequestConfig).Execute", []any{c}, []any{nil})
		h.Call(client.Before, client.After, nil)
		assert.Equal(t, on, len(recorder.GetSpans()) == 0)
		recorder.Reset()
	}
}
