package otellog

import (
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/log"
	"go.opentelemetry.io/otel/sdk/instrumentation"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	"go.opentelemetry.io/otel/sdk/resource"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/otlp"
)

// Encode writes the request for records.
func Encode(e *otlp.Encoder, records []sdklog.Record) []byte {
	groups := otlp.Grouped(records, func(r sdklog.Record) (*resource.Resource, instrumentation.Scope) {
		return r.Resource(), r.InstrumentationScope()
	})
	return e.Encode(func() {
		otlp.Groups(e, groups, "resourceLogs", "scopeLogs", "logRecords", func(r sdklog.Record) { encodeRecord(e, &r) })
	})
}

func encodeRecord(e *otlp.Encoder, r *sdklog.Record) {
	e.Time(1, "timeUnixNano", r.Timestamp())
	if s := r.Severity(); s >= log.SeverityTrace && s <= log.SeverityFatal4 {
		e.Uint32(2, "severityNumber", uint32(s)) // the numbers are OTLP's
	}
	e.String(3, "severityText", r.SeverityText())
	e.Value(5, "body", r.Body())
	if r.AttributesLen() > 0 {
		e.List("attributes")
		r.WalkAttributes(func(kv attribute.KeyValue) bool {
			e.KeyValue(6, kv)
			return true
		})
		e.EndList()
	}
	e.Count(7, "droppedAttributesCount", r.DroppedAttributes())
	e.Fixed32(8, "flags", uint32(r.TraceFlags()))
	if id := r.TraceID(); id.IsValid() {
		e.ID(9, "traceId", id[:])
	}
	if id := r.SpanID(); id.IsValid() {
		e.ID(10, "spanId", id[:])
	}
	e.Time(11, "observedTimeUnixNano", r.ObservedTimestamp())
	e.String(12, "eventName", r.EventName())
}
