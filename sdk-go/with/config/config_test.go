package config

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestConfigure(t *testing.T) {
	file := filepath.Join(t.TempDir(), "otel.yaml")
	_, err := configure(file)
	assert.Error(t, err)
	require.NoError(t, os.WriteFile(file, []byte("file_format: \"1.0\"\npropagator:\n  composite: [{b3: {}}]\ntracer_provider:\n  processors: []\n"), 0o666))
	sdk, err := configure(file)
	require.NoError(t, err)
	assert.Contains(t, sdk.Propagator.Fields(), "b3")
	_, span := sdk.Traces.Tracer("t").Start(context.Background(), "s")
	span.End()
	assert.NoError(t, sdk.Flush(context.Background()))
	require.NoError(t, os.WriteFile(file, []byte("nonsense"), 0o666))
	_, err = configure(file)
	assert.Error(t, err)
}
