package propagators

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/linked"
)

func TestNames(t *testing.T) {
	sc := trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{1}, SpanID: trace.SpanID{2}, TraceFlags: 1})
	for name, header := range map[string]string{"b3": "b3", "b3multi": "x-b3-traceid", "jaeger": "uber-trace-id", "xray": "X-Amzn-Trace-Id", "ottrace": "ot-tracer-traceid"} {
		p := linked.FindPropagator(name)
		if !assert.NotNil(t, p, name) {
			continue
		}
		c := propagation.MapCarrier{}
		p.Inject(trace.ContextWithSpanContext(context.Background(), sc), c)
		assert.NotEmpty(t, c[header], "%s: %v", name, c)
	}
}
