package otellog

import (
	"bytes"
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/log"
	sdklog "go.opentelemetry.io/otel/sdk/log"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/otelsetup"
)

func record(text string) log.Record {
	var r log.Record
	r.SetBody(attribute.StringValue(text))
	r.SetSeverity(log.SeverityInfo)
	return r
}

func TestInitInstalledAStandIn(t *testing.T) {
	assert.IsType(t, &loggerProvider{}, otel.GetLoggerProvider())
}

func TestProgramSetsProviderLater(t *testing.T) {
	old := otel.GetLoggerProvider()
	defer otel.SetLoggerProvider(old)
	ours := newLoggerProvider(otelsetup.Extend())
	otel.SetLoggerProvider(ours)
	early := otel.Logger("early")
	assert.Nil(t, ours.sdk)
	early.Emit(context.Background(), record("one"))
	assert.NotNil(t, ours.sdk)

	var out bytes.Buffer
	otel.SetLoggerProvider(sdklog.NewLoggerProvider(sdklog.WithProcessor(sdklog.NewSimpleProcessor(&consoleExporter{w: &out}))))
	early.Emit(context.Background(), record("two\nlines"))
	require.Contains(t, out.String(), "two lines")
	assert.NotContains(t, out.String(), "one")
}
