// Package pgx instruments pgx v5 by a tracer of pgx's own kind in every
// connection. Where database/sql stands on pgx, its span is the one made.
//
// otelpgx is not inside: it emits the literals of statements, no error.type and
// no db.response.status_code, makes root spans of what a pool does in the
// background, and none where the context has no span. A program that uses
// otelpgx keeps that one alone; any other tracer of the program's is called as
// well.
//
// Switching "pgx" off at run time takes effect at the next call; connections
// that are made while it is off stay uninstrumented.
package pgx

import (
	"context"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"go.opentelemetry.io/otel/attribute"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/goctx"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/attr"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/dbspan"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/registry"
)

const (
	scope   = "github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook/pgx"
	library = "pgx"
)

var (
	client = dbspan.NewClient(scope)
	on     = registry.Switch("pgx_connect", library)
)

// BeforeConnect gives a connection its tracer. The configuration is a copy of
// the program's already.
func BeforeConnect(c hook.Context) {
	cfg, _ := c.GetParam(1).(*pgx.ConnConfig)
	if cfg == nil {
		return
	}
	if hasOtelpgx(reflect.ValueOf(cfg.Tracer), 0) {
		return
	}
	t := newTracer(cfg)
	if cfg.Tracer == nil {
		cfg.Tracer = t
		return
	}
	cfg.Tracer = both{t, cfg.Tracer}
}

// hasOtelpgx looks for otelpgx also inside what combines tracers.
func hasOtelpgx(v reflect.Value, depth int) bool {
	for v.Kind() == reflect.Interface || v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	if !v.IsValid() || depth > 3 {
		return false
	}
	if strings.HasSuffix(v.Type().PkgPath(), "/otelpgx") {
		return true
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if hasOtelpgx(v.Field(i), depth+1) {
				return true
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			if hasOtelpgx(v.Index(i), depth+1) {
				return true
			}
		}
	}
	return false
}

// tracer is one connection's.
type tracer struct {
	namespace string
	attrs     []attribute.KeyValue
}

func newTracer(cfg *pgx.ConnConfig) *tracer {
	t := &tracer{namespace: cfg.Database, attrs: []attribute.KeyValue{attribute.String("db.system.name", "postgresql")}}
	if cfg.Database != "" {
		t.attrs = append(t.attrs, attribute.String("db.namespace", cfg.Database))
	}
	port := strconv.Itoa(int(cfg.Port))
	if strings.HasPrefix(cfg.Host, "/") {
		port = ""
	}
	t.attrs = append(t.attrs, attr.Address(cfg.Host, port)...)
	t.attrs = t.attrs[:len(t.attrs):len(t.attrs)]
	return t
}

type operationKey struct{}

func with(op *dbspan.Operation) context.Context {
	return context.WithValue(op.Context(), operationKey{}, op)
}

func operation(ctx context.Context) *dbspan.Operation {
	op, _ := ctx.Value(operationKey{}).(*dbspan.Operation)
	return op
}

// silent tells that nothing is to be made of a call. A context that silent has
// answered for never has an operation of ours: such a one is marked.
func silent(ctx context.Context) bool {
	return !on.Load() || dbspan.IsInside(ctx) || goctx.Suppressed(ctx)
}

func (t *tracer) TraceQueryStart(ctx context.Context, _ *pgx.Conn, d pgx.TraceQueryStartData) context.Context {
	if silent(ctx) {
		return ctx
	}
	s := dbspan.ParseCached(d.SQL)
	if s.Summary == "" && strings.Trim(s.Text, "; ") == "" {
		return ctx // a ping
	}
	some, text := s.Attributes(d.SQL, len(d.Args) > 0)
	all := append(t.attrs, some...)
	return with(client.Start(goctx.Parent(ctx), s.Name(t.namespace, "postgresql"), time.Now(), all, text))
}

func (t *tracer) TraceQueryEnd(ctx context.Context, _ *pgx.Conn, d pgx.TraceQueryEndData) {
	if op := operation(ctx); op != nil {
		op.End(d.Err)
	}
}

// batch is what its queries add to a batch's span.
type batch struct {
	op    *dbspan.Operation
	texts []string
	size  int
	err   error
}

type batchKey struct{}

const maxTexts = 32 // of a batch

func (t *tracer) TraceBatchStart(ctx context.Context, _ *pgx.Conn, d pgx.TraceBatchStartData) context.Context {
	if silent(ctx) {
		return ctx
	}
	n := d.Batch.Len()
	spanOnly := []attribute.KeyValue(nil)
	if n > 1 {
		spanOnly = append(spanOnly, attribute.Int("db.operation.batch.size", n))
	}
	all := append(t.attrs, attribute.String("db.operation.name", "BATCH"))
	op := client.Start(goctx.Parent(ctx), "BATCH", time.Now(), all, spanOnly)
	return context.WithValue(op.Context(), batchKey{}, &batch{op: op, size: n})
}

func (t *tracer) TraceBatchQuery(ctx context.Context, _ *pgx.Conn, d pgx.TraceBatchQueryData) {
	b, _ := ctx.Value(batchKey{}).(*batch)
	if b == nil {
		return
	}
	if b.err == nil {
		b.err = d.Err
	}
	if len(b.texts) < maxTexts && b.op.Span().IsRecording() {
		_, text := dbspan.ParseCached(d.SQL).Attributes(d.SQL, len(d.Args) > 0)
		b.texts = append(b.texts, text[0].Value.AsString())
	}
}

func (t *tracer) TraceBatchEnd(ctx context.Context, _ *pgx.Conn, d pgx.TraceBatchEndData) {
	b, _ := ctx.Value(batchKey{}).(*batch)
	if b == nil {
		return
	}
	if len(b.texts) > 0 {
		b.op.Span().SetAttributes(attribute.String("db.query.text", strings.Join(b.texts, "; ")))
	}
	err := d.Err
	if err == nil {
		err = b.err
	}
	b.op.End(err)
}

func (t *tracer) TraceCopyFromStart(ctx context.Context, _ *pgx.Conn, d pgx.TraceCopyFromStartData) context.Context {
	if silent(ctx) {
		return ctx
	}
	table := strings.Join(d.TableName, ".")
	all := append(t.attrs, attribute.String("db.operation.name", "COPY"), attribute.String("db.collection.name", table),
		attribute.String("db.query.summary", "COPY "+table))
	return with(client.Start(goctx.Parent(ctx), "COPY "+table, time.Now(), all, nil))
}

func (t *tracer) TraceCopyFromEnd(ctx context.Context, _ *pgx.Conn, d pgx.TraceCopyFromEndData) {
	if op := operation(ctx); op != nil {
		op.End(d.Err)
	}
}

type connectKey struct{}

// A connection gets a span only where it fails: no other would show it.
func (t *tracer) TraceConnectStart(ctx context.Context, _ pgx.TraceConnectStartData) context.Context {
	if silent(ctx) {
		return ctx
	}
	// What is asked of the server while connecting is no statement of the
	// program's.
	return context.WithValue(dbspan.Inside(ctx), connectKey{}, time.Now())
}

func (t *tracer) TraceConnectEnd(ctx context.Context, d pgx.TraceConnectEndData) {
	start, ok := ctx.Value(connectKey{}).(time.Time)
	if !ok || d.Err == nil {
		return
	}
	all := append(t.attrs, attribute.String("db.operation.name", "CONNECT"))
	client.Start(goctx.Parent(ctx), "CONNECT", start, all, nil).End(d.Err)
}

// both calls a tracer of the program's as well, with the context it returned
// itself, so that either finds its own values.
type both struct {
	*tracer
	own pgx.QueryTracer
}

func (b both) TraceQueryStart(ctx context.Context, c *pgx.Conn, d pgx.TraceQueryStartData) context.Context {
	return b.own.TraceQueryStart(b.tracer.TraceQueryStart(ctx, c, d), c, d)
}

func (b both) TraceQueryEnd(ctx context.Context, c *pgx.Conn, d pgx.TraceQueryEndData) {
	b.own.TraceQueryEnd(ctx, c, d)
	b.tracer.TraceQueryEnd(ctx, c, d)
}

func (b both) TraceBatchStart(ctx context.Context, c *pgx.Conn, d pgx.TraceBatchStartData) context.Context {
	ctx = b.tracer.TraceBatchStart(ctx, c, d)
	if own, ok := b.own.(pgx.BatchTracer); ok {
		ctx = own.TraceBatchStart(ctx, c, d)
	}
	return ctx
}

func (b both) TraceBatchQuery(ctx context.Context, c *pgx.Conn, d pgx.TraceBatchQueryData) {
	b.tracer.TraceBatchQuery(ctx, c, d)
	if own, ok := b.own.(pgx.BatchTracer); ok {
		own.TraceBatchQuery(ctx, c, d)
	}
}

func (b both) TraceBatchEnd(ctx context.Context, c *pgx.Conn, d pgx.TraceBatchEndData) {
	if own, ok := b.own.(pgx.BatchTracer); ok {
		own.TraceBatchEnd(ctx, c, d)
	}
	b.tracer.TraceBatchEnd(ctx, c, d)
}

func (b both) TraceCopyFromStart(ctx context.Context, c *pgx.Conn, d pgx.TraceCopyFromStartData) context.Context {
	ctx = b.tracer.TraceCopyFromStart(ctx, c, d)
	if own, ok := b.own.(pgx.CopyFromTracer); ok {
		ctx = own.TraceCopyFromStart(ctx, c, d)
	}
	return ctx
}

func (b both) TraceCopyFromEnd(ctx context.Context, c *pgx.Conn, d pgx.TraceCopyFromEndData) {
	if own, ok := b.own.(pgx.CopyFromTracer); ok {
		own.TraceCopyFromEnd(ctx, c, d)
	}
	b.tracer.TraceCopyFromEnd(ctx, c, d)
}

func (b both) TracePrepareStart(ctx context.Context, c *pgx.Conn, d pgx.TracePrepareStartData) context.Context {
	if own, ok := b.own.(pgx.PrepareTracer); ok {
		ctx = own.TracePrepareStart(ctx, c, d)
	}
	return ctx
}

func (b both) TracePrepareEnd(ctx context.Context, c *pgx.Conn, d pgx.TracePrepareEndData) {
	if own, ok := b.own.(pgx.PrepareTracer); ok {
		own.TracePrepareEnd(ctx, c, d)
	}
}

func (b both) TraceConnectStart(ctx context.Context, d pgx.TraceConnectStartData) context.Context {
	ctx = b.tracer.TraceConnectStart(ctx, d)
	if own, ok := b.own.(pgx.ConnectTracer); ok {
		ctx = own.TraceConnectStart(ctx, d)
	}
	return ctx
}

func (b both) TraceConnectEnd(ctx context.Context, d pgx.TraceConnectEndData) {
	if own, ok := b.own.(pgx.ConnectTracer); ok {
		own.TraceConnectEnd(ctx, d)
	}
	b.tracer.TraceConnectEnd(ctx, d)
}
