package e2e

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A program that rules of every kind change does what they say, and the metric
// of `measure` arrives with the error's type.
func TestKinds(t *testing.T) {
	rules, err := filepath.Abs("programs/kinds/kinds.toml")
	require.NoError(t, err)
	out := filepath.Join(t.TempDir(), "kinds")
	said, err := otel("programs", nil, "--rules", rules, "go", "build", "-o", out, "./kinds")
	require.NoError(t, err, said)
	p := start(t, exporting("kinds"), out)
	require.Equal(t, 0, p.wait().ExitStatus(), p.stderr)
	assert.Equal(t, []string{
		"hello", "world", // expand_directive
		"called 200", // wrap_call
		"client MY N 1m30s 0 limit 14",
		"charged false", "charged true", "charged false",
	}, strings.Split(strings.TrimSpace(p.stdout.String()), "\n"))

	var kinds []string
	for _, attrs := range theOne.waitMetrics(t, "kinds", "shop.charge.duration")["shop.charge.duration"] {
		if attrs == nil {
			continue // the metric itself
		}
		assert.Equal(t, "example.com/programs/kinds/lib.Charge", attrs["code.function.name"])
		kinds = append(kinds, attrs["error.type"])
	}
	assert.ElementsMatch(t, []string{"", "*errors.errorString"}, kinds)
	for _, spans := range theOne.spans(t, "kinds") {
		for _, s := range spans {
			assert.NotContains(t, s.Name, "Charge", "a metric makes no span")
		}
	}
}
