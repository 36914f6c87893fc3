package measure

import (
	"context"
	"errors"
	"testing"

	"go.opentelemetry.io/otel"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook/hooktest"
)

func TestMeasure(t *testing.T) {
	reader := sdkmetric.NewManualReader()
	otel.SetMeterProvider(sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader)))
	after := After("shop.order.duration", "Duration of orders.")
	for _, err := range []error{nil, errors.New("no"), nil} {
		c := hooktest.New("example.com/shop", "order", nil, []any{1, err})
		c.Call(Before, after, func() {})
	}
	var got metricdata.ResourceMetrics
	if err := reader.Collect(context.Background(), &got); err != nil {
		t.Fatal(err)
	}
	m := got.ScopeMetrics[0].Metrics[0]
	if m.Name != "shop.order.duration" || m.Unit != "s" || m.Description != "Duration of orders." {
		t.Fatalf("metric %+v", m)
	}
	count := map[string]uint64{}
	for _, p := range m.Data.(metricdata.Histogram[float64]).DataPoints {
		if fn, _ := p.Attributes.Value("code.function.name"); fn.AsString() != "example.com/shop.order" {
			t.Errorf("function %v", fn.AsString())
		}
		kind, _ := p.Attributes.Value("error.type")
		count[kind.AsString()] += p.Count
	}
	if count[""] != 2 || count["*errors.errorString"] != 1 {
		t.Errorf("counts %v", count)
	}
}
