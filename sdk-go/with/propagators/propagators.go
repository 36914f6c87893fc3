// Package propagators adds those of contrib to a program: otel --with
// propagators. OTEL_PROPAGATORS chooses among b3, b3multi, jaeger, xray, ottrace.
package propagators

import (
	"go.opentelemetry.io/contrib/propagators/aws/xray"
	"go.opentelemetry.io/contrib/propagators/b3"
	"go.opentelemetry.io/contrib/propagators/jaeger"
	"go.opentelemetry.io/contrib/propagators/ot"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/linked"
)

func init() {
	linked.AddPropagator("b3", b3.New(b3.WithInjectEncoding(b3.B3SingleHeader)))
	linked.AddPropagator("b3multi", b3.New(b3.WithInjectEncoding(b3.B3MultipleHeader)))
	linked.AddPropagator("jaeger", jaeger.Jaeger{})
	linked.AddPropagator("xray", xray.Propagator{})
	linked.AddPropagator("ottrace", ot.OT{})
}

// Link is the hook by which the package gets into a program; that it is linked is
// all.
func Link(hook.Context) {}
