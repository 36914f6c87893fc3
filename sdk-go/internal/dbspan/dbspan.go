// Package dbspan has what hook packages for databases share: the current
// semantic conventions, a reader of SQL texts, and the mark that keeps one
// operation from making a span in each layer it passes.
package dbspan

import (
	"context"
	"errors"
	"net"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/sdk/instrumentation"
	"go.opentelemetry.io/otel/trace"
)

type insideKey struct{}

// Inside marks a context as that of an operation that has its span, or wants
// none: layers below make none of their own.
func Inside(ctx context.Context) context.Context {
	if IsInside(ctx) {
		return ctx
	}
	return context.WithValue(ctx, insideKey{}, true)
}

// IsInside tells whether ctx comes from Inside.
func IsInside(ctx context.Context) bool {
	v, _ := ctx.Value(insideKey{}).(bool)
	return v
}

// byHand are instrumentations that a program may have put above or in front of
// its driver.
var byHand = map[string]bool{
	"gorm.io/plugin/opentelemetry":                       true,
	"gorm.io/plugin/opentelemetry/tracing":               true,
	"github.com/XSAM/otelsql":                            true,
	"github.com/nhatthm/otelsql":                         true,
	"go.nhat.io/otelsql":                                 true,
	"github.com/uptrace/opentelemetry-go-extra/otelsql":  true,
	"github.com/uptrace/opentelemetry-go-extra/otelgorm": true,
	"github.com/exaring/otelpgx":                         true,
	"github.com/uptrace/opentelemetry-go-extra/otelsqlx": true,
	"github.com/uptrace/bun/extra/bunotel":               true,
}

// IsByHand tells whether the span of ctx was made for this operation by an
// instrumentation of the program's own.
func IsByHand(ctx context.Context) bool {
	s, ok := trace.SpanFromContext(ctx).(interface {
		InstrumentationScope() instrumentation.Scope
	})
	return ok && byHand[s.InstrumentationScope().Name]
}

// Client makes spans and measurements in the name of one hook package.
type Client struct {
	tracer   trace.Tracer
	duration metric.Float64Histogram
}

// NewClient may be called before any provider is set.
func NewClient(scope string) *Client {
	h, err := otel.Meter(scope).Float64Histogram("db.client.operation.duration",
		metric.WithUnit("s"),
		metric.WithDescription("Duration of database client operations."),
		metric.WithExplicitBucketBoundaries(0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10))
	if err != nil {
		otel.Handle(err)
	}
	return &Client{otel.Tracer(scope), h}
}

// Operation is one in progress.
type Operation struct {
	client *Client
	ctx    context.Context
	span   trace.Span
	attrs  []attribute.KeyValue // of span and metric
	start  time.Time
}

// Start begins the span of an operation. all go to the span and to the metric,
// spanOnly to the span alone. The context returned is marked.
func (c *Client) Start(ctx context.Context, name string, at time.Time, all, spanOnly []attribute.KeyValue) *Operation {
	opts := []trace.SpanStartOption{trace.WithSpanKind(trace.SpanKindClient), trace.WithTimestamp(at), trace.WithAttributes(all...)}
	ctx, span := c.tracer.Start(ctx, name, opts...)
	if len(spanOnly) > 0 && span.IsRecording() {
		span.SetAttributes(spanOnly...)
	}
	return &Operation{client: c, ctx: Inside(ctx), span: span, attrs: all, start: at}
}

// Context is the one to go on with.
func (o *Operation) Context() context.Context { return o.ctx }

// Span is the operation's.
func (o *Operation) Span() trace.Span { return o.span }

// SetAttributes adds to span and metric what is known later.
func (o *Operation) SetAttributes(attrs ...attribute.KeyValue) {
	o.attrs = append(o.attrs[:len(o.attrs):len(o.attrs)], attrs...)
	o.span.SetAttributes(attrs...)
}

// End ends the operation; an err makes it a failed one.
func (o *Operation) End(err error) {
	elapsed := time.Since(o.start)
	attrs := o.attrs
	if err != nil {
		failed := ErrorAttributes(err)
		o.span.SetAttributes(failed...)
		o.span.SetStatus(codes.Error, err.Error())
		attrs = append(attrs[:len(attrs):len(attrs)], failed...)
	}
	o.span.End(trace.WithTimestamp(o.start.Add(elapsed)))
	if o.client.duration != nil {
		o.client.duration.Record(o.ctx, elapsed.Seconds(), metric.WithAttributes(attrs...))
	}
}

// ErrorAttributes are error.type and, where the server has a code for the
// error, db.response.status_code, which is error.type then.
func ErrorAttributes(err error) []attribute.KeyValue {
	kind, code := errorType(err)
	attrs := []attribute.KeyValue{attribute.String("error.type", kind)}
	if code != "" {
		attrs = append(attrs, attribute.String("db.response.status_code", code))
	}
	return attrs
}

func errorType(err error) (kind, code string) {
	for e := err; e != nil; e = errors.Unwrap(e) {
		if code := serverCode(e); code != "" {
			return code, code
		}
	}
	var timeout net.Error
	var mongo *MongoError
	switch {
	case errors.As(err, &mongo):
		return mongo.Type, ""
	case errors.Is(err, context.DeadlineExceeded):
		return "context.DeadlineExceeded", ""
	case errors.Is(err, context.Canceled):
		return "context.Canceled", ""
	case errors.As(err, &timeout) && timeout.Timeout():
		return "timeout", ""
	}
	t := reflect.TypeOf(err)
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.PkgPath() == "" || t.Name() == "" {
		return t.String(), ""
	}
	// The innermost type says more than a wrapper of package fmt.
	if inner := errors.Unwrap(err); inner != nil && t.PkgPath() == "fmt" {
		return errorType(inner)
	}
	return t.PkgPath() + "." + t.Name(), ""
}

// serverCode asks an error of the known drivers for the server's code.
func serverCode(err error) string {
	switch e := err.(type) {
	case *MongoError:
		return e.Code
	case interface{ ResponseStatus() string }: // a hook package's
		return e.ResponseStatus()
	case interface{ SQLState() string }: // pgx, lib/pq
		return e.SQLState()
	case interface{ SQLErrorNumber() int32 }: // go-mssqldb
		return strconv.Itoa(int(e.SQLErrorNumber()))
	}
	v := reflect.ValueOf(err)
	if v.Kind() == reflect.Pointer && !v.IsNil() {
		v = v.Elem()
	}
	if v.Kind() != reflect.Struct {
		return ""
	}
	switch path := v.Type().PkgPath(); {
	case strings.HasSuffix(path, "go-sql-driver/mysql"):
		if n := v.FieldByName("Number"); n.IsValid() && n.CanUint() {
			return strconv.FormatUint(n.Uint(), 10)
		}
	case path == "modernc.org/sqlite":
		if c, ok := err.(interface{ Code() int }); ok {
			return strconv.Itoa(c.Code())
		}
	case strings.HasSuffix(path, "mattn/go-sqlite3"):
		if n := v.FieldByName("Code"); n.IsValid() && n.CanInt() {
			return strconv.FormatInt(n.Int(), 10)
		}
	case strings.HasSuffix(path, "lib/pq"): // before it had SQLState
		if n := v.FieldByName("Code"); n.IsValid() && n.Kind() == reflect.String {
			return n.String()
		}
	}
	return ""
}

// statements remembers what Parse said: programs have few texts and use them
// often. Texts with literals in them are too many, so it is bounded.
var statements struct {
	sync.RWMutex
	m map[string]Statement
}

const (
	maxStatements  = 1024
	maxCachedQuery = 4 << 10
)

// ParseCached is Parse with a memory.
func ParseCached(query string) Statement {
	if len(query) > maxCachedQuery {
		return Parse(query)
	}
	statements.RLock()
	s, ok := statements.m[query]
	statements.RUnlock()
	if ok {
		return s
	}
	s = Parse(query)
	statements.Lock()
	defer statements.Unlock()
	if statements.m == nil || len(statements.m) >= maxStatements {
		statements.m = make(map[string]Statement)
	}
	statements.m[strings.Clone(query)] = s
	return s
}

// Name is the span name of a statement: its summary, or else its operation and
// the database, or the system.
func (s Statement) Name(namespace, system string) string {
	switch {
	case s.Summary != "":
		return s.Summary
	case namespace != "":
		return namespace
	}
	return system
}

// Attributes are the statement's, for span and metric, and for the span alone.
// A text with parameters keeps its literals, as the conventions have it: what is
// secret is in the parameters, whose values are never taken.
func (s Statement) Attributes(query string, parameters bool) (all, spanOnly []attribute.KeyValue) {
	if s.Operation != "" {
		all = append(all, attribute.String("db.operation.name", s.Operation))
	}
	if s.Collection != "" {
		all = append(all, attribute.String("db.collection.name", s.Collection))
	}
	if s.Summary != "" {
		all = append(all, attribute.String("db.query.summary", s.Summary))
	}
	text := s.Text
	if parameters && len(query) <= maxText {
		text = query
	}
	return all, []attribute.KeyValue{attribute.String("db.query.text", text)}
}
