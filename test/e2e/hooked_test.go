package e2e

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What hooks may rely on, in a program with the race detector: switches by rule
// and by library, whole pairs while they flip, no loops, reports of misuse, and
// no hook for what exporters do.
func TestHooks(t *testing.T) {
	dir, err := filepath.Abs("programs/hooked")
	require.NoError(t, err)
	out := filepath.Join(t.TempDir(), "hooked")
	said, err := otel("programs", nil, "--rules", filepath.Join(dir, "first.toml"),
		"--rules", filepath.Join(dir, "second.toml"), "go", "build", "-race", "-o", out, "./hooked")
	require.NoError(t, err, said)

	lines := func(b *lockedBuffer) []string { return strings.Split(strings.TrimSpace(b.String()), "\n") }
	runs := func(t *testing.T, env []string, args ...string) (stdout, stderr []string) {
		p := start(t, append([]string{"OTEL_TRACES_EXPORTER=none", "OTEL_METRICS_EXPORTER=none"}, env...), out, args...)
		require.Equal(t, 0, p.wait().ExitStatus(), p.stderr) // a race is 66
		return lines(p.stdout), lines(p.stderr)
	}

	t.Run("environment", func(t *testing.T) {
		// After hooks run in reverse order: ten, then double.
		for env, want := range map[string]string{
			"": "26",
			"OTEL_GO_DISABLED_INSTRUMENTATIONS=double":                                        "13", // a rule
			"OTEL_GO_DISABLED_INSTRUMENTATIONS=second":                                        "6",  // a library
			"OTEL_GO_DISABLED_INSTRUMENTATIONS=first,ten":                                     "3",
			"OTEL_GO_ENABLED_INSTRUMENTATIONS=ten":                                            "13",
			"OTEL_GO_ENABLED_INSTRUMENTATIONS=first":                                          "6",
			"OTEL_GO_ENABLED_INSTRUMENTATIONS=first OTEL_GO_DISABLED_INSTRUMENTATIONS=double": "3",
		} {
			got, _ := runs(t, strings.Fields(env), "add")
			assert.Equal(t, []string{want}, got, env)
		}
	})

	t.Run("switch", func(t *testing.T) {
		// What is said of a rule overrides what is said of its library.
		got, _ := runs(t, nil, "switch")
		assert.Equal(t, []string{
			"double false true 13", "double true true 26", "first false true 26",
			"second false true 6", "double false true 3", "nobody true false 3",
		}, got)
	})

	t.Run("flip", func(t *testing.T) {
		got, stderr := runs(t, nil, "flip")
		assert.Equal(t, []string{"torn 0", "on 26", "off 3"}, got)
		assert.Equal(t, []string{""}, stderr)
	})

	t.Run("no loop", func(t *testing.T) {
		got, _ := runs(t, nil, "work")
		assert.Equal(t, []string{"4 runs"}, got)
	})

	t.Run("misuse", func(t *testing.T) {
		got, stderr := runs(t, nil, "misuse")
		assert.Equal(t, strings.Split(strings.TrimSpace(strings.Repeat("half of 8 \"\" <nil>\n0 <nil>\n5\n", 3)), "\n"), got)
		require.Len(t, stderr, 3, "one line for each target and kind: %q", stderr)
		assert.Contains(t, stderr[0], "lib.Half (rule half): SetParam or SetReturnVal with a value of type string does not fit; nothing was changed")
		assert.Contains(t, stderr[1], "lib.Half (rule half): there is no parameter or result number 7; nothing was changed")
		assert.Contains(t, stderr[2], "lib.Other (rule other): SetParam or SetReturnVal with a value of type string does not fit")
	})

	t.Run("panics", func(t *testing.T) {
		got, stderr := runs(t, nil, "fails")
		assert.Equal(t, []string{
			"after true EOF <nil>", "main recovers EOF",
			"after true unsupported operation <nil>", "main recovers unsupported operation",
		}, got)
		require.Len(t, stderr, 1, stderr)
		assert.Regexp(t, `lib\.Fails \(rule fails\) panicked at .*hooks\.go:\d+: of the hook; the program goes on`, stderr[0])
	})

	t.Run("export", func(t *testing.T) {
		p := start(t, exporting("hooked-export"), out, "export", somebody(t))
		require.Equal(t, 0, p.wait().ExitStatus(), p.stderr)
		assert.Equal(t, []string{"true true true"}, lines(p.stdout))
		assert.Len(t, theOne.waitSpans(t, "hooked-export", 20), 20, "the exporter's own requests are no spans")
	})
}
