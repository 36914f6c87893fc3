package console

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

var t0 = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

func at(ms int) time.Time { return t0.Add(time.Duration(ms) * time.Millisecond) }

// ids makes trace and span ids 1, 2, 3, …
type ids struct{ t, s byte }

func (i *ids) NewIDs(ctx context.Context) (trace.TraceID, trace.SpanID) {
	i.t++
	return trace.TraceID{i.t}, i.NewSpanID(ctx, trace.TraceID{})
}
func (i *ids) NewSpanID(context.Context, trace.TraceID) trace.SpanID {
	i.s++
	return trace.SpanID{i.s}
}

func TestTree(t *testing.T) {
	var out bytes.Buffer
	p := NewProcessor(&out)
	tr := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(p), sdktrace.WithIDGenerator(&ids{})).Tracer("t")
	start := func(ctx context.Context, name string, ms int, k trace.SpanKind, kv ...attribute.KeyValue) (context.Context, trace.Span) {
		return tr.Start(ctx, name, trace.WithTimestamp(at(ms)), trace.WithSpanKind(k), trace.WithAttributes(kv...))
	}
	end := func(s trace.Span, ms int) { s.End(trace.WithTimestamp(at(ms))) }

	ctx, root := start(context.Background(), "GET /orders/:id", 0, trace.SpanKindServer, attribute.Int("http.response.status_code", 200))
	_, get := start(ctx, "GET", 10, trace.SpanKindClient, attribute.String("db.query.text", "GET order:7"))
	end(get, 20)
	cctx, call := start(ctx, "GET", 25, trace.SpanKindClient)
	sctx, srv := start(cctx, "GET /stock/{id}", 30, trace.SpanKindServer)
	_, bad := start(sctx, "LPUSH", 40, trace.SpanKindClient)
	bad.SetStatus(codes.Error, "WRONGTYPE\x1b[31m bad\n")
	end(bad, 60)
	end(srv, 80)
	end(call, 90)
	assert.Empty(t, out.String(), "a trace is drawn when it is complete")
	end(root, 100)

	assert.Equal(t, strings.Join([]string{
		"trace 01000000000000000000000000000000 03:04:05.000",
		"  GET /orders/:id        server    100.00 ms  ████████████████████  200",
		"  ├─ GET                 client     10.00 ms  ··██················  GET order:7",
		"  └─ GET                 client     65.00 ms  ·····█████████████··",
		"     └─ GET /stock/{id}  server     50.00 ms  ······██████████····",
		"        └─ LPUSH         client     20.00 ms  ········████········  error: WRONGTYPE [31m bad ",
		"",
	}, "\n"), out.String())
	assert.NotContains(t, out.String(), "\x1b")
}

func TestColour(t *testing.T) {
	var out bytes.Buffer
	p := NewProcessor(&out)
	p.colour = true
	tr := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(p)).Tracer("t")
	_, s := tr.Start(context.Background(), "x")
	s.SetStatus(codes.Error, "")
	s.End()
	assert.Contains(t, out.String(), "\x1b[31;1merror\x1b[0m")
}

func TestFlushDrawsWhatIsThere(t *testing.T) {
	var out bytes.Buffer
	p := NewProcessor(&out)
	tr := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(p)).Tracer("t")
	ctx, root := tr.Start(context.Background(), "root")
	_, child := tr.Start(ctx, "child")
	child.End()
	assert.NoError(t, p.ForceFlush(context.Background()))
	assert.Contains(t, out.String(), "child")
	root.End()
	assert.Contains(t, out.String(), "root")
	assert.Empty(t, p.traces)
}

func TestBounds(t *testing.T) {
	var out bytes.Buffer
	p := NewProcessor(&out)
	tr := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(p)).Tracer("t")
	ctx, root := tr.Start(context.Background(), "root")
	for range maxSpans + 10 {
		_, s := tr.Start(ctx, "s")
		s.End()
	}
	root.End()
	assert.Contains(t, out.String(), "and 11 more spans")
	for range 3 * maxTraces { // never ended
		_, s := tr.Start(context.Background(), "open")
		_ = s
	}
	assert.LessOrEqual(t, len(p.traces), maxTraces)
}
