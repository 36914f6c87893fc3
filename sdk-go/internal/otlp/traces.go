package otlp

import (
	"context"

	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/sdk/instrumentation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// SpanExporter exports spans.
type SpanExporter struct{ client *Client }

// NewSpanExporter exports through c.
func NewSpanExporter(c *Client) *SpanExporter { return &SpanExporter{c} }

// ExportSpans sends one request.
func (x *SpanExporter) ExportSpans(ctx context.Context, spans []sdktrace.ReadOnlySpan) error {
	if len(spans) == 0 {
		return nil
	}
	return x.client.Send(ctx, encodeSpans(x.client.NewEncoder(), spans))
}

// Shutdown ends waiting for another try.
func (x *SpanExporter) Shutdown(context.Context) error {
	x.client.Close()
	return nil
}

func encodeSpans(e *Encoder, spans []sdktrace.ReadOnlySpan) []byte {
	groups := Grouped(spans, func(s sdktrace.ReadOnlySpan) (*resource.Resource, instrumentation.Scope) {
		return s.Resource(), s.InstrumentationScope()
	})
	return e.Encode(func() {
		Groups(e, groups, "resourceSpans", "scopeSpans", "spans", e.span)
	})
}

// Bits of a span's flags beside those of W3C.
const (
	flagHasIsRemote = 0x100
	flagIsRemote    = 0x200
)

func spanFlags(f trace.TraceFlags, parent trace.SpanContext) uint32 {
	flags := uint32(f) | flagHasIsRemote
	if parent.IsRemote() {
		flags |= flagIsRemote
	}
	return flags
}

func (e *Encoder) span(s sdktrace.ReadOnlySpan) {
	sc, parent := s.SpanContext(), s.Parent()
	tid, sid := sc.TraceID(), sc.SpanID()
	e.ID(1, "traceId", tid[:])
	e.ID(2, "spanId", sid[:])
	e.String(3, "traceState", sc.TraceState().String())
	if pid := parent.SpanID(); pid.IsValid() {
		e.ID(4, "parentSpanId", pid[:])
	}
	e.String(5, "name", s.Name())
	if k := s.SpanKind(); k > trace.SpanKindUnspecified && k <= trace.SpanKindConsumer {
		e.Uint32(6, "kind", uint32(k)) // the numbers are OTLP's
	}
	e.Time(7, "startTimeUnixNano", s.StartTime())
	e.Time(8, "endTimeUnixNano", s.EndTime())
	e.Attributes(9, "attributes", s.Attributes())
	e.Count(10, "droppedAttributesCount", s.DroppedAttributes())
	if events := s.Events(); len(events) > 0 {
		e.List("events")
		for i := range events {
			e.event(&events[i])
		}
		e.EndList()
	}
	e.Count(12, "droppedEventsCount", s.DroppedEvents())
	if links := s.Links(); len(links) > 0 {
		e.List("links")
		for i := range links {
			e.link(&links[i])
		}
		e.EndList()
	}
	e.Count(14, "droppedLinksCount", s.DroppedLinks())
	status := s.Status()
	m := e.Begin(15, "status")
	e.String(2, "message", status.Description)
	switch status.Code {
	case codes.Ok:
		e.Uint32(3, "code", 1)
	case codes.Error:
		e.Uint32(3, "code", 2)
	}
	e.End(m)
	e.Fixed32(16, "flags", spanFlags(sc.TraceFlags(), parent))
}

func (e *Encoder) event(v *sdktrace.Event) {
	m := e.Item(11)
	e.Time(1, "timeUnixNano", v.Time)
	e.String(2, "name", v.Name)
	e.Attributes(3, "attributes", v.Attributes)
	e.Count(4, "droppedAttributesCount", v.DroppedAttributeCount)
	e.End(m)
}

func (e *Encoder) link(l *sdktrace.Link) {
	tid, sid := l.SpanContext.TraceID(), l.SpanContext.SpanID()
	m := e.Item(13)
	e.ID(1, "traceId", tid[:])
	e.ID(2, "spanId", sid[:])
	e.String(3, "traceState", l.SpanContext.TraceState().String())
	e.Attributes(4, "attributes", l.Attributes)
	e.Count(5, "droppedAttributesCount", l.DroppedAttributeCount)
	e.Fixed32(6, "flags", spanFlags(l.SpanContext.TraceFlags(), l.SpanContext))
	e.End(m)
}
