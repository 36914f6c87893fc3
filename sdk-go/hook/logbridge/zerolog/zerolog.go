// Package zerolog exports the events of zerolog over OTLP, beside what the
// program does with them. It is linked on request: otel --with logs. There is no
// official bridge.
//
// zerolog writes fields as text at once, so what it has written is read again.
package zerolog

import (
	"bytes"
	"encoding/json"
	"time"

	"github.com/rs/zerolog"
	"go.opentelemetry.io/otel/log"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook/otellog"
	hookzerolog "github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook/zerolog"
)

var bridge = otellog.NewBridge("github.com/rs/zerolog")

func severity(level string) log.Severity {
	switch level {
	case zerolog.LevelTraceValue:
		return log.SeverityTrace
	case zerolog.LevelDebugValue:
		return log.SeverityDebug
	case zerolog.LevelInfoValue:
		return log.SeverityInfo
	case zerolog.LevelWarnValue:
		return log.SeverityWarn
	case zerolog.LevelErrorValue:
		return log.SeverityError
	case zerolog.LevelFatalValue:
		return log.SeverityFatal
	case zerolog.LevelPanicValue:
		return log.SeverityFatal4
	}
	return log.SeverityUndefined
}

// BeforeWrite runs when an event is complete.
func BeforeWrite(c hook.Context) {
	e, _ := c.GetParam(0).(*zerolog.Event)
	if e == nil || !e.Enabled() {
		return
	}
	ctx := e.GetCtx()
	if !bridge.Enabled(ctx, log.SeverityUndefined) {
		return
	}
	text := hookzerolog.Text(e)
	fields, err := parse(append(bytes.Clone(text), '}'))
	if err != nil {
		return // CBOR
	}
	bridge.Emit(ctx, record(fields))
}

func parse(text []byte) (fields map[string]any, err error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber() // identifiers of 64 bits are no floats
	err = d.Decode(&fields)
	return numbers(fields).(map[string]any), err
}

func numbers(v any) any {
	switch v := v.(type) {
	case json.Number:
		if i, err := v.Int64(); err == nil {
			return i
		}
		f, _ := v.Float64()
		return f
	case map[string]any:
		for k := range v {
			v[k] = numbers(v[k])
		}
	case []any:
		for i := range v {
			v[i] = numbers(v[i])
		}
	}
	return v
}

func record(fields map[string]any) log.Record {
	var r log.Record
	r.SetTimestamp(time.Now())
	take := func(name string) any {
		v := fields[name]
		delete(fields, name)
		return v
	}
	if level, ok := take(zerolog.LevelFieldName).(string); ok {
		r.SetSeverity(severity(level))
		r.SetSeverityText(level)
	}
	if message, ok := take(zerolog.MessageFieldName).(string); ok {
		r.SetBody(otellog.Value(message))
	}
	if text, ok := take(zerolog.TimestampFieldName).(string); ok {
		if t, err := time.Parse(zerolog.TimeFieldFormat, text); err == nil && t.Year() > 1 {
			r.SetTimestamp(t)
		}
	}
	if text, ok := fields[zerolog.ErrorFieldName].(string); ok {
		delete(fields, zerolog.ErrorFieldName)
		fields["exception.message"] = text
	}
	r.AddAttributes(otellog.Attributes(fields)...)
	return r
}
