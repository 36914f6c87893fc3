package console

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync"

	"go.opentelemetry.io/otel/attribute"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

// MetricExporter writes one line a data point.
type MetricExporter struct {
	mu sync.Mutex
	w  io.Writer
}

func NewMetricExporter(w io.Writer) *MetricExporter { return &MetricExporter{w: w} }

func (e *MetricExporter) Temporality(k sdkmetric.InstrumentKind) metricdata.Temporality {
	return sdkmetric.DefaultTemporalitySelector(k)
}

func (e *MetricExporter) Aggregation(k sdkmetric.InstrumentKind) sdkmetric.Aggregation {
	return sdkmetric.DefaultAggregationSelector(k)
}

func (e *MetricExporter) Export(_ context.Context, rm *metricdata.ResourceMetrics) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	var b strings.Builder
	for _, sm := range rm.ScopeMetrics {
		for _, m := range sm.Metrics {
			switch d := m.Data.(type) {
			case metricdata.Gauge[int64]:
				points(&b, m, d.DataPoints)
			case metricdata.Gauge[float64]:
				points(&b, m, d.DataPoints)
			case metricdata.Sum[int64]:
				points(&b, m, d.DataPoints)
			case metricdata.Sum[float64]:
				points(&b, m, d.DataPoints)
			case metricdata.Histogram[int64]:
				histogram(&b, m, d.DataPoints)
			case metricdata.Histogram[float64]:
				histogram(&b, m, d.DataPoints)
			}
		}
	}
	_, err := io.WriteString(e.w, b.String())
	return err
}

func points[N int64 | float64](b *strings.Builder, m metricdata.Metrics, ps []metricdata.DataPoint[N]) {
	for _, p := range ps {
		fmt.Fprintf(b, "metric %s %v %s %s\n", m.Name, p.Value, m.Unit, set(p.Attributes))
	}
}

func histogram[N int64 | float64](b *strings.Builder, m metricdata.Metrics, ps []metricdata.HistogramDataPoint[N]) {
	for _, p := range ps {
		mean := 0.0
		if p.Count > 0 {
			mean = float64(p.Sum) / float64(p.Count)
		}
		fmt.Fprintf(b, "metric %s count=%d mean=%.6g %s %s\n", m.Name, p.Count, mean, m.Unit, set(p.Attributes))
	}
}

func set(s attribute.Set) string {
	var out []string
	for _, kv := range s.ToSlice() {
		out = append(out, string(kv.Key)+"="+clean(kv.Value.Emit()))
	}
	return strings.Join(out, " ")
}

func (e *MetricExporter) Shutdown(context.Context) error   { return nil }
func (e *MetricExporter) ForceFlush(context.Context) error { return nil }
