// Package logrus puts trace_id and span_id into each entry of logrus, once:
// those of the entry's Context, else of the goroutine's span. They are fields
// like any other, so that every formatter writes them and every hook sees them.
package logrus

import (
	"github.com/sirupsen/logrus"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/logids"
)

// BeforeFireHooks runs when an entry is complete, which is then a copy of what
// the program holds and belongs to this one call.
func BeforeFireHooks(c hook.Context) {
	e, _ := c.GetParam(0).(*logrus.Entry)
	if e == nil {
		return
	}
	if _, there := e.Data[logids.TraceKey]; there {
		return
	}
	sc := logids.Current(e.Context)
	if !sc.IsValid() {
		return
	}
	if e.Data == nil {
		e.Data = make(logrus.Fields, 2)
	}
	e.Data[logids.TraceKey] = sc.TraceID().String()
	e.Data[logids.SpanKey] = sc.SpanID().String()
}
