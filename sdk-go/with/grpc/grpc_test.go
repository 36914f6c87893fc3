package grpc

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/linked"
)

func TestRegistered(t *testing.T) {
	e, ok := linked.FindExporter("otlp/grpc")
	require.True(t, ok)
	traces, err := e.Traces(context.Background())
	require.NoError(t, err)
	assert.NoError(t, traces.Shutdown(context.Background()))
}
