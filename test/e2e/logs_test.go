package e2e

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Whatever a request writes through log and slog has its trace and span ids,
// once; what is written outside of it has none.
func TestLogsHaveIDs(t *testing.T) {
	p := start(t, exporting("logs"), build(t, true, "programs", "./logs"))
	assert.Equal(t, 0, p.wait().ExitStatus(), p.stderr)
	var server span
	for _, spans := range theOne.waitSpans(t, "logs", 2) {
		for _, s := range spans {
			if s.Kind == "server" {
				server = s
			}
		}
	}
	require.NotEmpty(t, server.ID)
	lines := strings.Split(strings.TrimSpace(p.stdout.String()), "\n")
	require.Len(t, lines, 11, p.stdout)
	assert.NotContains(t, lines[0], "trace_id")
	for _, l := range lines[1:] {
		for _, s := range []string{"trace_id", server.Trace, "span_id", server.ID} {
			assert.Equal(t, 1, strings.Count(l, s), "%s in %s", s, l)
		}
	}
}
