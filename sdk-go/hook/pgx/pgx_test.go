package pgx

import (
	"context"
	"errors"
	"os"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/codes"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook/hooktest"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/dbspan"
)

var (
	recorder = tracetest.NewInMemoryExporter()
	bg       = context.Background()
)

func TestMain(m *testing.M) {
	otel.SetTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithSyncer(recorder)))
	os.Exit(m.Run())
}

// The tracer's calls are pgx's here; test/e2e has a real server.
func instrument(t *testing.T, own pgx.QueryTracer) pgx.QueryTracer {
	t.Helper()
	cfg, err := pgx.ParseConfig("postgres://u:secret@db:5433/shop")
	require.NoError(t, err)
	cfg.Tracer = own
	BeforeConnect(hooktest.New("github.com/jackc/pgx/v5", "connect", []any{bg, cfg}, nil))
	recorder.Reset()
	return cfg.Tracer
}

func attrs(s tracetest.SpanStub) map[string]string {
	m := map[string]string{}
	for _, kv := range s.Attributes {
		m[string(kv.Key)] = kv.Value.Emit()
	}
	return m
}

func TestQuery(t *testing.T) {
	tr := instrument(t, nil)
	ctx := tr.TraceQueryStart(bg, nil, pgx.TraceQueryStartData{SQL: "SELECT a FROM t WHERE b = 'secret'"})
	assert.True(t, dbspan.IsInside(ctx))
	tr.TraceQueryEnd(ctx, nil, pgx.TraceQueryEndData{})
	ctx = tr.TraceQueryStart(bg, nil, pgx.TraceQueryStartData{SQL: "INSERT INTO t VALUES ($1)", Args: []any{"secret"}})
	tr.TraceQueryEnd(ctx, nil, pgx.TraceQueryEndData{Err: &pgconn.PgError{Code: "23505", Message: "duplicate"}})
	got := recorder.GetSpans()
	require.Len(t, got, 2)
	assert.Equal(t, "SELECT t", got[0].Name)
	assert.Equal(t, map[string]string{"db.system.name": "postgresql", "db.namespace": "shop", "server.address": "db", "server.port": "5433",
		"db.operation.name": "SELECT", "db.collection.name": "t", "db.query.summary": "SELECT t",
		"db.query.text": "SELECT a FROM t WHERE b = ?"}, attrs(got[0]))
	assert.Equal(t, codes.Error, got[1].Status.Code)
	assert.Equal(t, "23505", attrs(got[1])["db.response.status_code"])
}

func TestInsideAndPing(t *testing.T) {
	tr := instrument(t, nil)
	for _, ctx := range []context.Context{dbspan.Inside(bg), bg} {
		c := tr.TraceQueryStart(ctx, nil, pgx.TraceQueryStartData{SQL: "-- ping"})
		tr.TraceQueryEnd(c, nil, pgx.TraceQueryEndData{})
	}
	assert.Empty(t, recorder.GetSpans())
}

func TestConnecting(t *testing.T) {
	tr := instrument(t, nil).(pgx.ConnectTracer)
	tr.TraceConnectEnd(tr.TraceConnectStart(bg, pgx.TraceConnectStartData{}), pgx.TraceConnectEndData{})
	assert.Empty(t, recorder.GetSpans())
	tr.TraceConnectEnd(tr.TraceConnectStart(bg, pgx.TraceConnectStartData{}), pgx.TraceConnectEndData{Err: errors.New("no")})
	require.Len(t, recorder.GetSpans(), 1)
	assert.Equal(t, codes.Error, recorder.GetSpans()[0].Status.Code)
}

type ownTracer struct{ ended int }

func (o *ownTracer) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	return ctx
}
func (o *ownTracer) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) { o.ended++ }

func TestProgramsTracerIsCalledToo(t *testing.T) {
	own := &ownTracer{}
	tr := instrument(t, own)
	tr.TraceQueryEnd(tr.TraceQueryStart(bg, nil, pgx.TraceQueryStartData{SQL: "SELECT 1"}), nil, pgx.TraceQueryEndData{})
	assert.Equal(t, 1, own.ended)
	assert.Len(t, recorder.GetSpans(), 1)
	b := tr.(pgx.BatchTracer)
	batch := &pgx.Batch{}
	batch.Queue("SELECT 1")
	batch.Queue("SELECT 2")
	ctx := b.TraceBatchStart(bg, nil, pgx.TraceBatchStartData{Batch: batch})
	b.TraceBatchQuery(ctx, nil, pgx.TraceBatchQueryData{SQL: "SELECT 1"})
	b.TraceBatchQuery(ctx, nil, pgx.TraceBatchQueryData{SQL: "SELECT 2"})
	b.TraceBatchEnd(ctx, nil, pgx.TraceBatchEndData{})
	got := recorder.GetSpans()
	assert.Equal(t, "BATCH", got[1].Name)
	assert.Equal(t, "2", attrs(got[1])["db.operation.batch.size"])
	assert.Equal(t, "SELECT ?; SELECT ?", attrs(got[1])["db.query.text"])
}
