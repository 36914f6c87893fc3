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
type operation struct{ span trace.Span }

type operationKey struct{}

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
		if silent(ctx) || isHousekeeping(cmd) {
			return next(ctx, cmd)
		}
		name := operationName(cmd)
		start := time.Now()
		attrs := append(t.attrs, attribute.String("db.operation.name", name))
		ctx, span := t.start(ctx, name, attrs, start)
		if span.IsRecording() {
			span.SetAttributes(attribute.String("db.query.text", queryText(cmd)))
		}
		err := next(ctx, cmd)
		t.end(ctx, span, attrs, start, err)
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
		attrs := append(t.attrs, attribute.String("db.operation.name", name))
		ctx, span := t.start(ctx, name, attrs, start)
		if span.IsRecording() {
			if size > 1 {
				span.SetAttributes(attribute.Int("db.operation.batch.size", size))
			}
			span.SetAttributes(attribute.String("db.query.text", pipelineText(cmds)))
		}
		err := next(ctx, cmds)
		t.end(ctx, span, attrs, start, err)
		return err
	}
}

func (t *tracing) start(ctx context.Context, name string, attrs []attribute.KeyValue, at time.Time) (context.Context, trace.Span) {
	ctx, span := tracer.Start(ctx, name, trace.WithSpanKind(trace.SpanKindClient),
		trace.WithTimestamp(at), trace.WithAttributes(attrs...))
	return context.WithValue(ctx, operationKey{}, &operation{span}), span
}

func (t *tracing) end(ctx context.Context, span trace.Span, attrs []attribute.KeyValue, start time.Time, err error) {
	elapsed := time.Since(start)
	// A key that is not there is an answer, no error.
	if err != nil && !errors.Is(err, redis.Nil) {
		kind, code := errorType(err)
		failed := []attribute.KeyValue{attribute.String("error.type", kind)}
		if code != "" {
			failed = append(failed, attribute.String("db.response.status_code", code))
		}
		span.SetAttributes(failed...)
		span.SetStatus(codes.Error, err.Error())
		attrs = append(attrs[:len(attrs):len(attrs)], failed...)
	}
	span.End(trace.WithTimestamp(start.Add(elapsed)))
	if duration != nil {
		duration.Record(ctx, elapsed.Seconds(), metric.WithAttributes(attrs...))
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
