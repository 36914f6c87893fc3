// Package logrus exports the entries of logrus over OTLP, beside what the
// program does with them. It is linked on request: otel --with logs. There is no
// official bridge for the log API as it is since its version 1.
package logrus

import (
	"context"
	"time"

	"github.com/sirupsen/logrus"
	"go.opentelemetry.io/otel/log"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook/otellog"
)

var bridge = otellog.NewBridge("github.com/sirupsen/logrus")

var severities = map[logrus.Level]log.Severity{
	logrus.PanicLevel: log.SeverityFatal4,
	logrus.FatalLevel: log.SeverityFatal,
	logrus.ErrorLevel: log.SeverityError,
	logrus.WarnLevel:  log.SeverityWarn,
	logrus.InfoLevel:  log.SeverityInfo,
	logrus.DebugLevel: log.SeverityDebug,
	logrus.TraceLevel: log.SeverityTrace,
}

// BeforeFireHooks runs when an entry is complete.
func BeforeFireHooks(c hook.Context) {
	e, _ := c.GetParam(0).(*logrus.Entry)
	if e == nil || otellog.HasOwn("go.opentelemetry.io/contrib/bridges/otellogrus") {
		return
	}
	ctx := e.Context
	if ctx == nil {
		ctx = context.Background()
	}
	severity := severities[e.Level]
	if !bridge.Enabled(ctx, severity) {
		return
	}
	var r log.Record
	r.SetTimestamp(e.Time)
	if e.Time.IsZero() {
		r.SetTimestamp(time.Now())
	}
	r.SetSeverity(severity)
	r.SetSeverityText(e.Level.String())
	r.SetBody(otellog.Value(e.Message))
	fields := make(map[string]any, len(e.Data))
	for k, v := range e.Data {
		if err, ok := v.(error); ok && k == logrus.ErrorKey {
			r.SetErr(err)
			continue
		}
		fields[k] = v
	}
	r.AddAttributes(otellog.Attributes(fields)...)
	bridge.Emit(ctx, r)
}
