package e2e

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What a program's own SDK sends, of each signal, is no work of the program's:
// spans of it would be sent too, and so on. Batches are sent by a goroutine of
// the SDK's, single records and spans by the one that made them.
func TestOwnSDKsExports(t *testing.T) {
	program := build(t, true, "libraries", "./loggers", "-tags=byhand")
	for _, processors := range []string{"batch", "simple"} {
		t.Run(processors, func(t *testing.T) {
			service := "own-exports-" + processors
			p := start(t, exporting(service, "SDK_PROCESSORS="+processors), program)
			require.Equal(t, 0, p.wait().ExitStatus(), "%s%s", p.stdout, p.stderr)
			assert.NotEmpty(t, theOne.records(t, service))
			for _, spans := range theOne.waitSpans(t, service, 2) {
				for _, s := range spans {
					assert.NotContains(t, s.Attrs["url.full"]+s.Attrs["url.path"], "/v1/", s.Name)
				}
			}
		})
	}
}
