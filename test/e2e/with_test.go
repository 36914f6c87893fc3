package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What a build was asked to add is used when the environment asks for it.
func TestOnRequest(t *testing.T) {
	t.Setenv("OTEL_WITH", "grpc,propagators,config")
	bin := build(t, true, "programs", "./spans")
	run := func(env []string) {
		t.Helper()
		p := start(t, env, bin)
		require.Equal(t, 0, p.wait().ExitStatus(), "%s%s", p.stdout, p.stderr)
		assert.Empty(t, p.stderr.String())
	}
	t.Run("grpc", func(t *testing.T) {
		env := []string{"OTEL_SERVICE_NAME=with-grpc", "OTEL_EXPORTER_OTLP_ENDPOINT=" + theOne.grpc,
			"OTEL_EXPORTER_OTLP_PROTOCOL=grpc", "OTEL_PROPAGATORS=b3,jaeger"}
		run(env)
		assert.Len(t, theOne.waitSpans(t, "with-grpc", 2+7), 1, "b3 carries the trace")
		theOne.waitMetrics(t, "with-grpc", "http.server.request.duration")
	})
	t.Run("config", func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "otel.yaml")
		require.NoError(t, os.WriteFile(file, fmt.Appendf(nil, `
file_format: "1.0"
resource:
  attributes: [{name: service.name, value: with-config}]
propagator:
  composite: [{tracecontext: {}}]
tracer_provider:
  processors:
    - batch: {exporter: {otlp_http: {endpoint: %s/v1/traces}}}
`, theOne.url), 0o666))
		run([]string{"OTEL_CONFIG_FILE=" + file})
		theOne.waitSpans(t, "with-config", 2+7)
	})
}

// What is not linked is said in one line each, with the option that adds it, and
// the program is what it was.
func TestNotLinked(t *testing.T) {
	p := start(t, []string{"OTEL_EXPORTER_OTLP_PROTOCOL=grpc", "OTEL_METRICS_EXPORTER=prometheus", "OTEL_PROPAGATORS=tracecontext,b3",
		"OTEL_LOGS_EXPORTER=otlp", "OTEL_CONFIG_FILE=otel.yaml"}, build(t, true, "programs", "./spans"))
	require.Equal(t, 0, p.wait().ExitStatus(), "%s%s", p.stdout, p.stderr)
	assert.Equal(t, "<nil>\nselling: no credit\nboom\n", p.stdout.String())
	lines := strings.Split(strings.TrimSpace(p.stderr.String()), "\n")
	require.Len(t, lines, 5, p.stderr)
	for i, option := range []string{"config", "grpc", "prometheus", "logs", "propagators"} {
		assert.True(t, strings.HasPrefix(lines[i], "otel: OTEL_"), lines[i])
		assert.Contains(t, lines[i], "`otel --with "+option+"` (OTEL_WITH="+option+")")
	}
}
