package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var failure = regexp.MustCompile(` failed: .*`)

// A program over an older major of a library gets what it gets over the newest.
// Its source differs in the import path alone, which -overlay puts in place.
func TestOlderMajors(t *testing.T) {
	for _, c := range []struct {
		program       string
		args          []string
		spans         int
		newest, older string
	}{
		{program: "models", args: []string{"openai"}, spans: 2 + 3*5, newest: "github.com/openai/openai-go/v3", older: "github.com/openai/openai-go"},
		{program: "models", args: []string{"openai"}, spans: 2 + 3*5, newest: "github.com/openai/openai-go/v3", older: "github.com/openai/openai-go/v2"},
		{program: "search", spans: 2 + 3*3, newest: "github.com/elastic/go-elasticsearch/v9", older: "github.com/elastic/go-elasticsearch/v8"},
	} {
		t.Run(c.older, func(t *testing.T) {
			main, err := filepath.Abs(filepath.Join("libraries", c.program, "main.go"))
			require.NoError(t, err)
			source, err := os.ReadFile(main)
			require.NoError(t, err)
			elder := strings.ReplaceAll(string(source), c.newest, c.older)
			require.NotEqual(t, string(source), elder)
			dir := t.TempDir()
			other := filepath.Join(dir, "main.go")
			require.NoError(t, os.WriteFile(other, []byte(elder), 0o666))
			replace, err := json.Marshal(map[string]any{"Replace": map[string]string{main: other}})
			require.NoError(t, err)
			overlay := filepath.Join(dir, "overlay.json")
			require.NoError(t, os.WriteFile(overlay, replace, 0o666))

			spans := func(service string, flags ...string) string {
				p := start(t, exporting(service), build(t, true, "libraries", "./"+c.program, flags...), c.args...)
				require.Equal(t, 0, p.wait().ExitStatus(), "%s%s", p.stdout, p.stderr)
				assert.Empty(t, p.stderr.String())
				for _, s := range theOne.waitSpans(t, service, c.spans) {
					text := describe(below(t, s), "server.port", "network.peer.port", "url.full",
						"gen_ai.response.time_to_first_chunk", "user_agent.original")
					return failure.ReplaceAllString(text, " failed") // each has words of its own
				}
				return ""
			}
			name := "majors-" + filepath.Base(c.older)
			assert.Equal(t, spans(name+"-newest"), spans(name+"-older", "-overlay="+overlay))
		})
	}
}
