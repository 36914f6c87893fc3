package e2e

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

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

// A Prometheus server finds the service's metrics, and is no client of the
// service: its requests are no telemetry.
func TestPrometheus(t *testing.T) {
	t.Setenv("OTEL_WITH", "prometheus")
	addr, err := freeAddress()
	require.NoError(t, err)
	host, port, _ := net.SplitHostPort(addr)
	s := startShop(t, true, exporting("with-prometheus", "OTEL_METRICS_EXPORTER=prometheus",
		"OTEL_EXPORTER_PROMETHEUS_HOST="+host, "OTEL_EXPORTER_PROMETHEUS_PORT="+port))
	for range 3 {
		code, _ := get(t, s.orders+"/orders/prometheus")
		require.Equal(t, 200, code)
	}
	var metrics string
	for _, want := range []string{
		`http_server_request_duration_seconds_count\{.*http_response_status_code="200".*http_route="/orders/:id".*\} 3`,
		`http_server_request_duration_seconds_count\{.*http_route="/stock/\{id\}".*\} 3`,
		`http_client_request_duration_seconds_count\{.*http_request_method="GET".*\} 3`,
		`db_client_operation_duration_seconds_count\{.*db_operation_name="INCR".*\} 3`,
	} {
		re := regexp.MustCompile("(?m)^" + want + "$")
		assert.Eventually(t, func() bool {
			_, metrics = get(t, "http://"+addr+"/metrics")
			return re.MatchString(metrics)
		}, 10*time.Second, 50*time.Millisecond, "%s", want)
	}
	assert.Contains(t, metrics, `target_info{`)
	assert.Contains(t, metrics, `service_name="with-prometheus"`)
	assert.NotContains(t, metrics, `http_route="/metrics"`)
	assert.NotContains(t, metrics, `server_port="`+port+`"`)
	if t.Failed() {
		t.Log(metrics)
	}
	for _, spans := range theOne.spans(t, "with-prometheus") {
		for _, s := range spans {
			assert.NotEqual(t, "/metrics", s.Attrs["url.path"])
		}
	}
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
