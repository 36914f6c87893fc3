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
func runLoggers(t *testing.T, service string, byHand bool) ([]string, span) {
	t.Helper()
	spans := 2
	if byHand {
		spans = 1
	}
	p := runLibrary(t, service, "loggers", byHand)
	for _, spans := range theOne.waitSpans(t, service, spans) {
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
	lines, server := runLoggers(t, "loggers-ids", false)
	checkLoggerLines(t, lines, server)
	assert.Empty(t, theOne.records(t, "loggers-ids"), "nothing is exported that nobody asked for")
}

// With --with logs each line is also one record of OTLP, with its trace, level
// and fields.
func TestLoggersExport(t *testing.T) {
	t.Setenv("OTEL_WITH", "logs")
	const service = "loggers-otlp"
	lines, server := runLoggers(t, service, false)
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

// Records are those of contrib's bridges, otelslog and otelzap, but for what is
// listed with its reason. The release of otellogrus that fits today's API cannot
// be had everywhere, and for log and zerolog there is no bridge.
func TestLoggersAsByHand(t *testing.T) {
	t.Setenv("OTEL_WITH", "logs")
	run := func(service string, byHand bool, records int) map[string]logRecord {
		_, server := runLoggers(t, service, byHand)
		var all []logRecord
		require.Eventually(t, func() bool {
			all = theOne.records(t, service)
			return len(all) >= records
		}, 10*time.Second, 50*time.Millisecond)
		require.Len(t, all, records)
		out := map[string]logRecord{}
		for _, r := range all {
			logger := firstWord(r.Body)
			if (logger != "slog" && logger != "zap") || out[r.Body].Body != "" {
				continue // zap tee writes twice
			}
			if r.Trace == server.Trace && r.Span == server.ID {
				r.Trace = "the span's"
			}
			out[r.Body] = r
		}
		return out
	}
	ours, byHand := run("same-loggers-auto", false, 19), run("same-loggers-hand", true, 8)
	c := newComparison(t, nil, nil, map[string]string{
		"by hand a record belongs to the context that is handed on": "otelslog~trace otelzap~trace",
		"by hand the SDK is set up later":                           "otelslog+slog_outside otelzap+zap_outside",
		"by hand a bridge has its own level":                        "otelslog-slog_debug otelzap-zap_debug",
		"by hand this logger is not bridged":                        "otelslog+slog_default otelslog+slog_default_with otelzap+zap_tee",
	})
	for _, body := range slices.Sorted(maps.Keys(ours)) {
		a, b := ours[body], byHand[body]
		by := "otel" + firstWord(body)
		c.text.WriteString(body + "  " + by + "\n")
		if b.Body == "" {
			c.alone(by, "+", strings.ReplaceAll(body, " ", "_"), "    ")
			continue
		}
		c.value(by, "scope", "    ", a.Scope, b.Scope)
		c.value(by, "severity", "    ", fmt.Sprint(a.Number, " ", a.Severity), fmt.Sprint(b.Number, " ", b.Severity))
		c.value(by, "trace", "    ", a.Trace, b.Trace)
		c.attributes(by, "", "    ", a.Typed, b.Typed)
	}
	for _, body := range slices.Sorted(maps.Keys(byHand)) {
		if ours[body].Body == "" {
			c.alone("otel"+firstWord(body), "-", strings.ReplaceAll(body, " ", "_"), "")
		}
	}
	c.check("loggers")
}
