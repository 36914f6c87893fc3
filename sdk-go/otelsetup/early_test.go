package otelsetup

import (
	"context"
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
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
		cmd := exec.Command(os.Args[0], "-test.run=^TestTakenBeforeInit$", "-test.timeout=10s")
		cmd.Env = append(os.Environ(), "EARLY=1", "OTEL_TRACES_EXPORTER=console", "OTEL_METRICS_EXPORTER=console")
		text, err := cmd.CombinedOutput()
		require.NoError(t, err, string(text))
		assert.Contains(t, string(text), "metric early.counter 3")
		assert.Contains(t, string(text), "early span")
		return
	}
	_, s := earlyTracer.Start(bg, "early span")
	s.End()
	earlyCounter.Add(bg, 3)
	Flush()
}

func nothing(_ context.Context, _ metric.Observer) error { return nil }
