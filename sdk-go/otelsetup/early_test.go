package otelsetup

import (
	"context"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/metric"
)

// What another package takes from the API before our init, as hook packages and
// libraries do. The API hands it over while it sets our providers.
var (
	earlyTracer     = otel.Tracer("early")
	earlyMeter      = otel.Meter("early")
	earlyCounter, _ = earlyMeter.Int64Counter("early.counter")
	earlyGauge, _   = earlyMeter.Int64ObservableGauge("early.gauge")
	_, _            = earlyMeter.RegisterCallback(nothing, earlyGauge)
)

// A process of its own, since the API hands over once.
func TestTakenBeforeInit(t *testing.T) {
	if os.Getenv("EARLY") == "" {
		text := rerun(t, "EARLY=1", "OTEL_TRACES_EXPORTER=console", "OTEL_METRICS_EXPORTER=console")
		assert.Contains(t, text, "metric early.counter 3")
		assert.Contains(t, text, "early span")
		return
	}
	_, s := earlyTracer.Start(bg, "early span")
	s.End()
	earlyCounter.Add(bg, 3)
	Flush()
}

func nothing(_ context.Context, _ metric.Observer) error { return nil }
