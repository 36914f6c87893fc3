package e2e

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What the program of test/e2e/libraries/loggers writes inside its request: the
// words that tell a line from the others.
var loggerLines = []string{
	"log line",
	"slog context", "slog group", "slog default", "slog default with", "log through slog",
	"zap plain", "zap namespace", "zap sugar", "zap tee", "zap tee",
	"zerolog context", "zerolog dict",
	"logrus context", "logrus error",
}

// runLoggers runs the program and returns its lines and the server span.
func runLoggers(t *testing.T, service string) ([]string, span) {
	t.Helper()
	p := start(t, exporting(service), build(t, true, "libraries", "./loggers"))
	require.Equal(t, 0, p.wait().ExitStatus(), "%s%s", p.stdout, p.stderr)
	assert.Empty(t, p.stderr.String())
	for _, spans := range theOne.waitSpans(t, service, 2) {
		for _, s := range spans {
			if s.Kind == "server" {
				return strings.Split(strings.TrimSpace(p.stdout.String()), "\n"), s
			}
		}
	}
	t.Fatal("no server span")
	return nil, span{}
}

// checkLoggerLines looks at what the program writes: the same lines with and
// without their export.
func checkLoggerLines(t *testing.T, lines []string, server span) {
	t.Helper()
	require.Len(t, lines, 5+len(loggerLines), strings.Join(lines, "\n"))
	for _, l := range lines[:5] {
		assert.NotContains(t, l, "trace_id", "outside of the request")
	}
	ids := fmt.Sprintf(`"trace_id":"%s","span_id":"%s"`, server.Trace, server.ID)
	for i, l := range lines[5:] {
		assert.Contains(t, l, loggerLines[i])
		for _, s := range []string{"trace_id", server.Trace, "span_id", server.ID} {
			assert.Equal(t, 1, strings.Count(l, s), "%s in %s", s, l)
		}
	}
	at := func(words string) string {
		return lines[5+slices.Index(loggerLines, words)]
	}
	assert.Contains(t, at("slog group"), ids+`,"older":true,"g":{"a":1,"b":2}}`)
	assert.Contains(t, at("zap namespace"), ids+`,"older":true,"n":{"a":1,"b":2}}`)
	assert.True(t, strings.HasSuffix(at("zerolog dict"), ids+"}"), at("zerolog dict"))
}

// Whatever logger a request writes through, its lines have the ids once, at the
// top.
func TestLoggersHaveIDs(t *testing.T) {
	lines, server := runLoggers(t, "loggers-ids")
	checkLoggerLines(t, lines, server)
	assert.Empty(t, theOne.records(t, "loggers-ids"), "nothing is exported that nobody asked for")
}

// With --with logs each line is also one record of OTLP, with its trace, level
// and fields.
func TestLoggersExport(t *testing.T) {
	t.Setenv("OTEL_WITH", "logs")
	const service = "loggers-otlp"
	lines, server := runLoggers(t, service)
	checkLoggerLines(t, lines, server)
	want := []string{
		"log INFO: log outside",
		"log/slog INFO: slog outside older=true",
		"go.uber.org/zap info: zap outside older=true",
		"github.com/rs/zerolog info: zerolog outside older=true",
		"github.com/sirupsen/logrus info: logrus outside",
		"log INFO: log line, in the trace",
		"log/slog INFO: slog context older=true, in the trace",
		"log/slog ERROR: slog group g=map[a:1 b:2] older=true, in the trace",
		"log/slog INFO: slog default, in the trace",
		"log/slog WARN: slog default with d=4, in the trace",
		"log/slog INFO: log through slog older=true, in the trace",
		"go.uber.org/zap info: zap plain a=1 older=true, in the trace",
		"part error: zap namespace b=2 n=map[a:1] older=true, in the trace", // as otelzap takes namespaces of With,
		"go.uber.org/zap warn: zap sugar c=3 exception.message=broken exception.type=*errors.errorString older=true, in the trace",
		"go.uber.org/zap info: zap tee, in the trace",
		"github.com/rs/zerolog info: zerolog context a=1 older=true, in the trace",
		"github.com/rs/zerolog debug: zerolog dict d=map[b:2] exception.message=broken older=true, in the trace",
		"github.com/sirupsen/logrus info: logrus context a=1, in the trace",
		"github.com/sirupsen/logrus warning: logrus error exception.message=broken exception.type=*errors.errorString, in the trace",
	}
	var got []string
	assert.Eventually(t, func() bool {
		got = nil
		for _, r := range theOne.records(t, service) {
			text := fmt.Sprintf("%s %s: %s", r.Scope, r.Severity, r.Body)
			for _, k := range slices.Sorted(maps.Keys(r.Attrs)) {
				text += fmt.Sprintf(" %s=%v", k, r.Attrs[k])
			}
			if r.Trace == server.Trace && r.Span == server.ID {
				text += ", in the trace"
			}
			got = append(got, text)
		}
		return len(got) >= len(want)
	}, 10*time.Second, 50*time.Millisecond)
	assert.ElementsMatch(t, want, got)
}
