package otlp

import (
	"context"
	"fmt"
	"strings"

	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"google.golang.org/protobuf/encoding/protowire"
)

// MetricExporter exports metrics.
type MetricExporter struct {
	client      *Client
	temporality sdkmetric.TemporalitySelector
	aggregation sdkmetric.AggregationSelector
}

// NewMetricExporter exports through c, with temporality and histograms as the
// environment wants them.
func NewMetricExporter(c *Client, getenv func(string) string) (*MetricExporter, error) {
	x := &MetricExporter{client: c, temporality: sdkmetric.DefaultTemporalitySelector,
		aggregation: sdkmetric.DefaultAggregationSelector}
	var problems []string
	const preference = "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE"
	switch v := strings.ToLower(strings.TrimSpace(getenv(preference))); v {
	case "", "cumulative":
	case "delta":
		x.temporality = deltaTemporality
	case "lowmemory":
		x.temporality = lowMemoryTemporality
	default:
		problems = append(problems, fmt.Sprintf("%s=%s is none of cumulative, delta and lowmemory", preference, v))
	}
	const histogram = "OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION"
	switch v := strings.ToLower(strings.TrimSpace(getenv(histogram))); v {
	case "", "explicit_bucket_histogram":
	case "base2_exponential_bucket_histogram":
		x.aggregation = exponentialHistograms
	default:
		problems = append(problems, fmt.Sprintf("%s=%s is none of explicit_bucket_histogram and base2_exponential_bucket_histogram", histogram, v))
	}
	if problems != nil {
		return x, fmt.Errorf("%s", strings.Join(problems, "; "))
	}
	return x, nil
}

func deltaTemporality(k sdkmetric.InstrumentKind) metricdata.Temporality {
	switch k {
	case sdkmetric.InstrumentKindCounter, sdkmetric.InstrumentKindHistogram, sdkmetric.InstrumentKindObservableCounter:
		return metricdata.DeltaTemporality
	}
	return metricdata.CumulativeTemporality
}

func lowMemoryTemporality(k sdkmetric.InstrumentKind) metricdata.Temporality {
	switch k {
	case sdkmetric.InstrumentKindCounter, sdkmetric.InstrumentKindHistogram:
		return metricdata.DeltaTemporality
	}
	return metricdata.CumulativeTemporality
}

func exponentialHistograms(k sdkmetric.InstrumentKind) sdkmetric.Aggregation {
	if k == sdkmetric.InstrumentKindHistogram {
		return sdkmetric.AggregationBase2ExponentialHistogram{MaxSize: 160, MaxScale: 20}
	}
	return sdkmetric.DefaultAggregationSelector(k)
}

// Temporality is asked by the reader.
func (x *MetricExporter) Temporality(k sdkmetric.InstrumentKind) metricdata.Temporality {
	return x.temporality(k)
}

// Aggregation is asked by the reader.
func (x *MetricExporter) Aggregation(k sdkmetric.InstrumentKind) sdkmetric.Aggregation {
	return x.aggregation(k)
}

// Export sends one request. Metrics of an unknown kind are left out and named
// in the error.
func (x *MetricExporter) Export(ctx context.Context, rm *metricdata.ResourceMetrics) error {
	body, bad := encodeMetrics(x.client.NewEncoder(), rm)
	err := x.client.Send(ctx, body)
	if err == nil && len(bad) > 0 {
		return &Rejected{N: int64(len(bad)), Message: "of unknown kinds: " + strings.Join(bad, ", ")}
	}
	return err
}

// ForceFlush does nothing: nothing is held back.
func (x *MetricExporter) ForceFlush(context.Context) error { return nil }

// Shutdown ends waiting for another try.
func (x *MetricExporter) Shutdown(context.Context) error {
	x.client.Close()
	return nil
}

func encodeMetrics(e *Encoder, rm *metricdata.ResourceMetrics) (body []byte, bad []string) {
	body = e.Encode(func() {
		e.List("resourceMetrics")
		m := e.Item(1)
		e.Resource(rm.Resource)
		if len(rm.ScopeMetrics) > 0 {
			e.List("scopeMetrics")
			for i := range rm.ScopeMetrics {
				bad = append(bad, e.scopeMetrics(&rm.ScopeMetrics[i])...)
			}
			e.EndList()
		}
		e.String(3, "schemaUrl", rm.Resource.SchemaURL())
		e.End(m)
		e.EndList()
	})
	return body, bad
}

func (e *Encoder) scopeMetrics(sm *metricdata.ScopeMetrics) (bad []string) {
	m := e.Item(2)
	e.Scope(sm.Scope)
	e.List("metrics")
	for i := range sm.Metrics {
		if !known(sm.Metrics[i].Data) {
			bad = append(bad, sm.Metrics[i].Name)
			continue
		}
		e.metric(&sm.Metrics[i])
	}
	e.EndList()
	e.String(3, "schemaUrl", sm.Scope.SchemaURL)
	e.End(m)
	return bad
}

func known(a metricdata.Aggregation) bool {
	switch d := a.(type) {
	case metricdata.Gauge[int64], metricdata.Gauge[float64], metricdata.Summary:
		return true
	case metricdata.Sum[int64]:
		return temporality(d.Temporality) != 0
	case metricdata.Sum[float64]:
		return temporality(d.Temporality) != 0
	case metricdata.Histogram[int64]:
		return temporality(d.Temporality) != 0
	case metricdata.Histogram[float64]:
		return temporality(d.Temporality) != 0
	case metricdata.ExponentialHistogram[int64]:
		return temporality(d.Temporality) != 0
	case metricdata.ExponentialHistogram[float64]:
		return temporality(d.Temporality) != 0
	}
	return false
}

func (e *Encoder) metric(v *metricdata.Metrics) {
	m := e.Item(2)
	e.String(1, "name", v.Name)
	e.String(2, "description", v.Description)
	e.String(3, "unit", v.Unit)
	switch d := v.Data.(type) {
	case metricdata.Gauge[int64]:
		gauge(e, d)
	case metricdata.Gauge[float64]:
		gauge(e, d)
	case metricdata.Sum[int64]:
		sum(e, d)
	case metricdata.Sum[float64]:
		sum(e, d)
	case metricdata.Histogram[int64]:
		histogram(e, d)
	case metricdata.Histogram[float64]:
		histogram(e, d)
	case metricdata.ExponentialHistogram[int64]:
		exponential(e, d)
	case metricdata.ExponentialHistogram[float64]:
		exponential(e, d)
	case metricdata.Summary:
		e.summary(d)
	}
	e.End(m)
}

// temporality returns OTLP's number, 0 for one that is unknown.
func temporality(t metricdata.Temporality) uint32 {
	switch t {
	case metricdata.DeltaTemporality:
		return 1
	case metricdata.CumulativeTemporality:
		return 2
	}
	return 0
}

func gauge[N int64 | float64](e *Encoder, d metricdata.Gauge[N]) {
	m := e.Begin(5, "gauge")
	points(e, d.DataPoints)
	e.End(m)
}

func sum[N int64 | float64](e *Encoder, d metricdata.Sum[N]) {
	m := e.Begin(7, "sum")
	points(e, d.DataPoints)
	e.Uint32(2, "aggregationTemporality", temporality(d.Temporality))
	e.Bool(3, "isMonotonic", d.IsMonotonic)
	e.End(m)
}

func points[N int64 | float64](e *Encoder, list []metricdata.DataPoint[N]) {
	if len(list) == 0 {
		return
	}
	e.List("dataPoints")
	for i := range list {
		p := &list[i]
		m := e.Item(1)
		e.Time(2, "startTimeUnixNano", p.StartTime)
		e.Time(3, "timeUnixNano", p.Time)
		number(e, p.Value, 4, 6)
		exemplars(e, 5, p.Exemplars)
		e.Set(7, "attributes", &p.Attributes)
		e.End(m)
	}
	e.EndList()
}

// number writes one of a pair of fields.
func number[N int64 | float64](e *Encoder, v N, asDouble, asInt protowire.Number) {
	switch x := any(v).(type) {
	case int64:
		e.SFixed64Always(asInt, "asInt", x)
	case float64:
		e.DoubleAlways(asDouble, "asDouble", x)
	}
}

func exemplars[N int64 | float64](e *Encoder, num protowire.Number, list []metricdata.Exemplar[N]) {
	if len(list) == 0 {
		return
	}
	e.List("exemplars")
	for i := range list {
		x := &list[i]
		m := e.Item(num)
		e.Time(2, "timeUnixNano", x.Time)
		number(e, x.Value, 3, 6)
		e.ID(4, "spanId", x.SpanID)
		e.ID(5, "traceId", x.TraceID)
		e.Attributes(7, "filteredAttributes", x.FilteredAttributes)
		e.End(m)
	}
	e.EndList()
}

func histogram[N int64 | float64](e *Encoder, d metricdata.Histogram[N]) {
	m := e.Begin(9, "histogram")
	if len(d.DataPoints) > 0 {
		e.List("dataPoints")
		for i := range d.DataPoints {
			p := &d.DataPoints[i]
			m := e.Item(1)
			e.Time(2, "startTimeUnixNano", p.StartTime)
			e.Time(3, "timeUnixNano", p.Time)
			e.Fixed64(4, "count", p.Count)
			e.DoubleAlways(5, "sum", float64(p.Sum))
			e.Fixed64s(6, "bucketCounts", p.BucketCounts)
			e.Doubles(7, "explicitBounds", p.Bounds)
			exemplars(e, 8, p.Exemplars)
			e.Set(9, "attributes", &p.Attributes)
			extreme(e, 11, "min", p.Min)
			extreme(e, 12, "max", p.Max)
			e.End(m)
		}
		e.EndList()
	}
	e.Uint32(2, "aggregationTemporality", temporality(d.Temporality))
	e.End(m)
}

func extreme[N int64 | float64](e *Encoder, num protowire.Number, name string, x metricdata.Extrema[N]) {
	if v, ok := x.Value(); ok {
		e.DoubleAlways(num, name, float64(v))
	}
}

func exponential[N int64 | float64](e *Encoder, d metricdata.ExponentialHistogram[N]) {
	m := e.Begin(10, "exponentialHistogram")
	if len(d.DataPoints) > 0 {
		e.List("dataPoints")
		for i := range d.DataPoints {
			p := &d.DataPoints[i]
			m := e.Item(1)
			e.Set(1, "attributes", &p.Attributes)
			e.Time(2, "startTimeUnixNano", p.StartTime)
			e.Time(3, "timeUnixNano", p.Time)
			e.Fixed64(4, "count", p.Count)
			e.DoubleAlways(5, "sum", float64(p.Sum))
			e.SInt32(6, "scale", p.Scale)
			e.Fixed64(7, "zeroCount", p.ZeroCount)
			e.buckets(8, "positive", p.PositiveBucket)
			e.buckets(9, "negative", p.NegativeBucket)
			exemplars(e, 11, p.Exemplars)
			extreme(e, 12, "min", p.Min)
			extreme(e, 13, "max", p.Max)
			e.Double(14, "zeroThreshold", p.ZeroThreshold)
			e.End(m)
		}
		e.EndList()
	}
	e.Uint32(2, "aggregationTemporality", temporality(d.Temporality))
	e.End(m)
}

func (e *Encoder) buckets(num protowire.Number, name string, b metricdata.ExponentialBucket) {
	m := e.Begin(num, name)
	e.SInt32(1, "offset", b.Offset)
	e.Uint64s(2, "bucketCounts", b.Counts)
	e.End(m)
}

func (e *Encoder) summary(d metricdata.Summary) {
	m := e.Begin(11, "summary")
	if len(d.DataPoints) > 0 {
		e.List("dataPoints")
		for i := range d.DataPoints {
			p := &d.DataPoints[i]
			m := e.Item(1)
			e.Time(2, "startTimeUnixNano", p.StartTime)
			e.Time(3, "timeUnixNano", p.Time)
			e.Fixed64(4, "count", p.Count)
			e.Double(5, "sum", p.Sum)
			if len(p.QuantileValues) > 0 {
				e.List("quantileValues")
				for _, q := range p.QuantileValues {
					m := e.Item(6)
					e.Double(1, "quantile", q.Quantile)
					e.Double(2, "value", q.Value)
					e.End(m)
				}
				e.EndList()
			}
			e.Set(7, "attributes", &p.Attributes)
			e.End(m)
		}
		e.EndList()
	}
	e.End(m)
}
