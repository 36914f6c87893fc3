// Package messaging has what hook packages for message brokers share: spans and
// metrics by the current semantic conventions.
//
// A message that a program takes from a client has its process span from then
// until the same goroutine asks for the next one: that is when it has been dealt
// with, and nobody says so otherwise. Meanwhile the span is the goroutine's, so
// that what the program does with the message joins its trace.
package messaging

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/goctx"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/rt"
)

// Client makes the spans of one hook package.
type Client struct {
	system   attribute.KeyValue
	tracer   trace.Tracer
	duration metric.Float64Histogram
	process  metric.Float64Histogram
	sent     metric.Int64Counter
	consumed metric.Int64Counter

	mu   sync.Mutex
	open map[any]map[trace.SpanID]*processing
}

// processing is a message that is being dealt with.
type processing struct {
	span  trace.Span
	ctx   context.Context
	attrs []attribute.KeyValue
	start time.Time
}

// New may be called before any provider is set.
func New(scope, system string) *Client {
	m := otel.Meter(scope)
	c := &Client{system: attribute.String("messaging.system", system), tracer: otel.Tracer(scope),
		open: map[any]map[trace.SpanID]*processing{}}
	buckets := metric.WithExplicitBucketBoundaries(0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10)
	var errs [4]error
	c.duration, errs[0] = m.Float64Histogram("messaging.client.operation.duration", metric.WithUnit("s"), buckets,
		metric.WithDescription("Duration of messaging operation initiated by a producer or consumer client."))
	c.process, errs[1] = m.Float64Histogram("messaging.process.duration", metric.WithUnit("s"), buckets,
		metric.WithDescription("Duration of processing operation."))
	c.sent, errs[2] = m.Int64Counter("messaging.client.sent.messages", metric.WithUnit("{message}"),
		metric.WithDescription("Number of messages producer attempted to send to the broker."))
	c.consumed, errs[3] = m.Int64Counter("messaging.client.consumed.messages", metric.WithUnit("{message}"),
		metric.WithDescription("Number of messages that were delivered to the application."))
	if err := errors.Join(errs[:]...); err != nil {
		otel.Handle(err)
	}
	return c
}

// Sending is a send in progress.
type Sending struct {
	client *Client
	ctx    context.Context
	span   trace.Span
	attrs  []attribute.KeyValue
	start  time.Time
	n      int
}

// Send begins the span of sending n messages; topic is empty where they go to
// several.
func (c *Client) Send(ctx context.Context, topic string, n int, more ...attribute.KeyValue) *Sending {
	s := &Sending{client: c, start: time.Now(), n: n}
	s.attrs = c.attributes("send", topic)
	ctx, s.span = c.tracer.Start(goctx.Parent(ctx), name("send", topic), trace.WithSpanKind(trace.SpanKindProducer),
		trace.WithTimestamp(s.start), trace.WithAttributes(s.attrs...), trace.WithAttributes(more...))
	if n > 1 {
		s.span.SetAttributes(attribute.Int("messaging.batch.message_count", n))
	}
	s.ctx = ctx
	return s
}

// Context carries the span.
func (s *Sending) Context() context.Context { return s.ctx }

// Inject writes the span's context into a message's headers.
func (s *Sending) Inject(to propagation.TextMapCarrier) {
	otel.GetTextMapPropagator().Inject(s.ctx, to)
}

// SetAttributes adds what is known when the broker has answered.
func (s *Sending) SetAttributes(attrs ...attribute.KeyValue) { s.span.SetAttributes(attrs...) }

// End ends the span.
func (s *Sending) End(err error) {
	elapsed := time.Since(s.start)
	attrs := fail(s.span, s.attrs, err)
	s.span.End(trace.WithTimestamp(s.start.Add(elapsed)))
	set := metric.WithAttributes(attrs...)
	if s.client.duration != nil {
		s.client.duration.Record(s.ctx, elapsed.Seconds(), set)
	}
	if s.client.sent != nil {
		s.client.sent.Add(s.ctx, int64(s.n), set)
	}
}

func (c *Client) attributes(operation, topic string) []attribute.KeyValue {
	attrs := []attribute.KeyValue{c.system, attribute.String("messaging.operation.name", operation),
		attribute.String("messaging.operation.type", operation)}
	if topic != "" {
		attrs = append(attrs, attribute.String("messaging.destination.name", topic))
	}
	return attrs[:len(attrs):len(attrs)]
}

func name(operation, topic string) string {
	if topic == "" {
		return operation
	}
	return operation + " " + topic
}

func fail(span trace.Span, attrs []attribute.KeyValue, err error) []attribute.KeyValue {
	if err == nil {
		return attrs
	}
	kind := attribute.String("error.type", fmt.Sprintf("%T", err))
	span.SetAttributes(kind)
	span.SetStatus(codes.Error, err.Error())
	return append(attrs[:len(attrs):len(attrs)], kind)
}

// maxOpen bounds the messages of one reader that are being dealt with, as far as
// anybody can tell.
const maxOpen = 1024

// Process begins the span of a message that the goroutine has taken from reader,
// and returns its context. from is where the message's headers are.
func (c *Client) Process(ctx context.Context, reader any, topic string, from propagation.TextMapCarrier, more ...attribute.KeyValue) context.Context {
	if from != nil {
		ctx = otel.GetTextMapPropagator().Extract(trace.ContextWithSpanContext(ctx, trace.SpanContext{}), from)
	}
	p := &processing{start: time.Now(), attrs: c.attributes("process", topic)}
	p.ctx, p.span = c.tracer.Start(ctx, name("process", topic), trace.WithSpanKind(trace.SpanKindConsumer),
		trace.WithTimestamp(p.start), trace.WithAttributes(p.attrs...), trace.WithAttributes(more...))
	if c.consumed != nil {
		c.consumed.Add(p.ctx, 1, metric.WithAttributes(p.attrs...))
	}
	goctx.Push(p.ctx, p.span)
	c.mu.Lock()
	defer c.mu.Unlock()
	m := c.open[reader]
	if m == nil {
		m = map[trace.SpanID]*processing{}
		c.open[reader] = m
	}
	if len(m) >= maxOpen {
		for id, old := range m {
			c.end(old)
			delete(m, id)
			break
		}
	}
	m[p.span.SpanContext().SpanID()] = p
	return p.ctx
}

// Receive makes the span of a message that is handed over to a program that
// nobody sees dealing with it, and puts the span's context into its headers.
func (c *Client) Receive(topic string, message propagation.TextMapCarrier, more ...attribute.KeyValue) {
	attrs := c.attributes("receive", topic)
	ctx, span := c.tracer.Start(otel.GetTextMapPropagator().Extract(context.Background(), message), name("receive", topic),
		trace.WithSpanKind(trace.SpanKindConsumer), trace.WithAttributes(attrs...), trace.WithAttributes(more...))
	otel.GetTextMapPropagator().Inject(ctx, message)
	span.End()
	if c.consumed != nil {
		c.consumed.Add(ctx, 1, metric.WithAttributes(attrs...))
	}
}

// Next tells that the goroutine is done with the message it took from reader
// before.
func (c *Client) Next(reader any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	m := c.open[reader]
	if len(m) == 0 {
		return
	}
	if !rt.Present() {
		// Without a goroutine's span, the reader's is the next best.
		c.endAll(reader)
		return
	}
	cur := goctx.Current()
	if cur == nil {
		return
	}
	id := cur.SpanContext().SpanID()
	if p := m[id]; p != nil {
		delete(m, id)
		c.end(p)
	}
}

// Close tells that a reader is closed, whoever still deals with its messages.
func (c *Client) Close(reader any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.endAll(reader)
}

func (c *Client) endAll(reader any) {
	for _, p := range c.open[reader] {
		c.end(p)
	}
	delete(c.open, reader)
}

func (c *Client) end(p *processing) {
	elapsed := time.Since(p.start)
	p.span.End(trace.WithTimestamp(p.start.Add(elapsed)))
	goctx.Ended(p.span)
	if c.process != nil {
		c.process.Record(p.ctx, elapsed.Seconds(), metric.WithAttributes(p.attrs...))
	}
}
