// Package redis instruments go-redis v9 by a hook of go-redis's own kind in
// every client. It emits the current semantic conventions for Redis, which
// redisotel does not: one client span for a command or pipeline, and
// db.client.operation.duration.
//
// A cluster or ring client makes one span for an operation; the address of the
// node that answered is set on it. What a client does for itself (dialling,
// HELLO, CLIENT SETINFO, loading the cluster's state) makes no spans.
//
// Switching "redis" off at run time makes the hooks of existing clients pass
// commands on; clients that are made while it is off stay uninstrumented.
package redis

import (
	"context"
	"errors"
	"net"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/goctx"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/registry"
)

const (
	scope   = "github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook/redis"
	library = "redis"
)

var (
	tracer   = otel.Tracer(scope)
	duration = newDuration()
	on       = registry.Switch("redis_new_client", library)
)

func newDuration() metric.Float64Histogram {
	h, err := otel.Meter(scope).Float64Histogram("db.client.operation.duration",
		metric.WithUnit("s"),
		metric.WithDescription("Duration of database client operations."),
		metric.WithExplicitBucketBoundaries(0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10))
	if err != nil {
		otel.Handle(err)
	}
	return h
}

// AfterNewClient instruments a client of one server. Nodes of cluster and ring
// clients are made by the same function; their hook notices that it runs inside
// an operation.
func AfterNewClient(c hook.Context) {
	if client, _ := c.GetReturnVal(0).(*redis.Client); client != nil {
		opt := client.Options()
		client.AddHook(newTracing(opt.Network, opt.Addr, opt.DB))
	}
}

// AfterNewFailoverClient instruments a client that finds its server by
// sentinels; which one it is stays unknown.
func AfterNewFailoverClient(c hook.Context) {
	if client, _ := c.GetReturnVal(0).(*redis.Client); client != nil {
		client.AddHook(newTracing("", "", client.Options().DB))
	}
}

// AfterNewClusterClient instruments a cluster client.
func AfterNewClusterClient(c hook.Context) {
	if client, _ := c.GetReturnVal(0).(*redis.ClusterClient); client != nil {
		client.AddHook(newTracing("", "", -1))
		client.OnNewNode(markNode)
	}
}

// AfterNewRing instruments a ring client.
func AfterNewRing(c hook.Context) {
	if client, _ := c.GetReturnVal(0).(*redis.Ring); client != nil {
		client.AddHook(newTracing("", "", client.Options().DB))
		client.OnNewNode(markNode)
	}
}

// tracing is the hook of one client. What is the same for all its commands is
// made once.
type tracing struct {
	attrs []attribute.KeyValue

	kinds    sync.Map // the name of a command, as the program gave it, to *kind
	numKinds atomic.Int32
}

// A kind is what all commands of one name share.
type kind struct {
	name  string // of the operation
	attrs []attribute.KeyValue
	start []trace.SpanStartOption
	// record is for commands that succeed.
	record []metric.RecordOption
}

// maxKinds bounds what is kept for programs that make names up.
const maxKinds = 512

func (t *tracing) newKind(name string) *kind {
	k := &kind{name: name, attrs: append(t.attrs, attribute.String("db.operation.name", name))}
	k.attrs = k.attrs[:len(k.attrs):len(k.attrs)]
	k.start = []trace.SpanStartOption{trace.WithSpanKind(trace.SpanKindClient), trace.WithAttributes(k.attrs...)}
	k.record = []metric.RecordOption{metric.WithAttributeSet(attribute.NewSet(k.attrs...))}
	return k
}

// kindOf returns the kind of a command, nil for one that makes no span.
func (t *tracing) kindOf(cmd redis.Cmder) *kind {
	name := cmd.Name()
	if k, ok := t.kinds.Load(name); ok {
		return k.(*kind)
	}
	if isHousekeeping(cmd) {
		return nil
	}
	k := t.newKind(operationName(cmd))
	// The operation of CLIENT, CONFIG and their like is two words.
	if !containers[strings.ToUpper(name)] && t.numKinds.Load() < maxKinds {
		if _, there := t.kinds.LoadOrStore(name, k); !there {
			t.numKinds.Add(1)
		}
	}
	return k
}

var _ redis.Hook = (*tracing)(nil)

func newTracing(network, addr string, db int) *tracing {
	t := &tracing{attrs: []attribute.KeyValue{attribute.String("db.system.name", "redis")}}
	if db >= 0 {
		t.attrs = append(t.attrs, attribute.String("db.namespace", strconv.Itoa(db)))
	}
	t.attrs = append(t.attrs, addressAttributes(network, addr)...)
	t.attrs = t.attrs[:len(t.attrs):len(t.attrs)]
	return t
}

func addressAttributes(network, addr string) []attribute.KeyValue {
	if addr == "" {
		return nil
	}
	if network == "unix" {
		return []attribute.KeyValue{attribute.String("server.address", addr), attribute.String("network.transport", "unix")}
	}
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return []attribute.KeyValue{attribute.String("server.address", addr)}
	}
	if host == "" {
		host = "localhost"
	}
	out := []attribute.KeyValue{attribute.String("server.address", host)}
	if n, err := strconv.Atoi(port); err == nil {
		out = append(out, attribute.Int("server.port", n))
	}
	return out
}

// operation is in the context while a command runs: whatever passes a hook
// below is part of it.
type operation struct {
	context.Context
	span trace.Span
}

type operationKey struct{}

func (o *operation) Value(key any) any {
	if key == (operationKey{}) {
		return o
	}
	return o.Context.Value(key)
}

// silent tells that nothing is to be made of a call: switched off, part of an
// operation that has its span, or an exporter's.
func silent(ctx context.Context) bool {
	return !on.Load() || ctx.Value(operationKey{}) != nil || goctx.Suppressed(ctx)
}

// DialHook leaves dialling alone.
func (t *tracing) DialHook(next redis.DialHook) redis.DialHook { return next }

// ProcessHook makes the span of one command.
func (t *tracing) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		if silent(ctx) {
			return next(ctx, cmd)
		}
		k := t.kindOf(cmd)
		if k == nil {
			return next(ctx, cmd)
		}
		start := time.Now()
		op := k.begin(ctx)
		if op.span.IsRecording() {
			op.span.SetAttributes(attribute.String("db.query.text", queryTextOf(cmd, k.name)))
		}
		err := next(op, cmd)
		k.end(op, start, err)
		return err
	}
}

// ProcessPipelineHook makes the span of a pipeline or transaction.
func (t *tracing) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error {
		if silent(ctx) || allHousekeeping(cmds) {
			return next(ctx, cmds)
		}
		start := time.Now()
		name, size := pipelineName(cmds)
		k := t.newKind(name)
		op := k.begin(ctx)
		if op.span.IsRecording() {
			if size > 1 {
				op.span.SetAttributes(attribute.Int("db.operation.batch.size", size))
			}
			op.span.SetAttributes(attribute.String("db.query.text", pipelineText(cmds)))
		}
		err := next(op, cmds)
		k.end(op, start, err)
		return err
	}
}

func (k *kind) begin(ctx context.Context) *operation {
	ctx, span := tracer.Start(ctx, k.name, k.start...)
	return &operation{ctx, span}
}

func (k *kind) end(op *operation, start time.Time, err error) {
	elapsed, record := time.Since(start), k.record
	// A key that is not there is an answer, no error.
	if err != nil && !errors.Is(err, redis.Nil) {
		kind, code := errorType(err)
		failed := []attribute.KeyValue{attribute.String("error.type", kind)}
		if code != "" {
			failed = append(failed, attribute.String("db.response.status_code", code))
		}
		op.span.SetAttributes(failed...)
		op.span.SetStatus(codes.Error, err.Error())
		record = []metric.RecordOption{metric.WithAttributes(append(k.attrs, failed...)...)}
	}
	op.span.End()
	if duration != nil {
		duration.Record(op, elapsed.Seconds(), record...)
	}
}

// markNode adds to a node of a cluster or ring what tells the operation's span
// the node's address.
func markNode(client *redis.Client) {
	opt := client.Options()
	client.AddHook(&node{addressAttributes(opt.Network, opt.Addr)})
}

type node struct{ attrs []attribute.KeyValue }

func (n *node) DialHook(next redis.DialHook) redis.DialHook { return next }

func (n *node) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		n.mark(ctx)
		return next(ctx, cmd)
	}
}

func (n *node) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error {
		n.mark(ctx)
		return next(ctx, cmds)
	}
}

func (n *node) mark(ctx context.Context) {
	if op, _ := ctx.Value(operationKey{}).(*operation); op != nil {
		op.span.SetAttributes(n.attrs...)
	}
}

// errorType returns error.type and, for an answer of the server, its error
// code ("WRONGTYPE"), which is error.type then.
func errorType(err error) (kind, code string) {
	var answer redis.Error
	if errors.As(err, &answer) {
		word, _, _ := strings.Cut(answer.Error(), " ")
		if word != "" && word == strings.ToUpper(word) {
			return word, word
		}
	}
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return "context.DeadlineExceeded", ""
	case errors.Is(err, context.Canceled):
		return "context.Canceled", ""
	}
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() {
		return "timeout", ""
	}
	return typeName(err), ""
}
