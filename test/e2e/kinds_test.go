package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
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

// marked are the lines of the crashing program that are marked for a kind, as
// `main.go:7`; those marked `main` are of every trace that has main.main.
func marked(t *testing.T, kind string) []string {
	var out []string
	for _, file := range []string{"main.go", "extra/extra.go"} {
		text, err := os.ReadFile(filepath.Join("programs/crashes", file))
		require.NoError(t, err)
		for i, line := range strings.Split(string(text), "\n") {
			if _, name, ok := strings.Cut(line, "// want "); ok && name == kind {
				out = append(out, fmt.Sprintf("%s:%d", filepath.Base(file), i+1))
			}
		}
	}
	return out
}

var frame = regexp.MustCompile(`(?m)^\t(.*)\b(main|extra)\.go:(\d+)( |$)`)

// Wherever a program crashes in what a rule of each kind has put into it, or
// beside that, the trace points to the line of the source; what is the user's
// own has the positions of the plain build.
func TestKindsCrash(t *testing.T) {
	folder, err := filepath.Abs("programs/crashes")
	require.NoError(t, err)
	rules := filepath.Join(folder, "crashes.toml")
	for _, flags := range [][]string{nil, {"-trimpath"}} {
		plain := build(t, false, "programs", "./crashes", flags...)
		changed := filepath.Join(t.TempDir(), "crashes")
		args := append([]string{"--rules", rules, "go", "build", "-o", changed}, flags...)
		said, err := otel("programs", nil, append(args, "./crashes")...)
		require.NoError(t, err, said)
		for _, c := range []struct {
			kind string
			own  bool // the panic is the user's own: the plain build has it too
		}{
			{"inject_code", false}, {"inject_code-own", true}, {"inject_code-stmt", false},
			{"expand_directive", false}, {"wrap_call", false}, {"wrap_call-inside", true}, {"wrap_call-long", false},
			{"assign_value", false}, {"assign_value-inside", true}, {"set_fields", false},
			{"add_struct_fields", false}, {"add_file", false},
			{"measure", true}, {"inject_hooks", true},
		} {
			t.Run(c.kind+strings.Join(flags, ""), func(t *testing.T) {
				p := start(t, nil, changed, c.kind)
				assert.Equal(t, 2, p.wait().ExitStatus())
				trace := p.stderr.String()
				want := marked(t, c.kind)
				require.NotEmpty(t, want)
				if strings.Contains(trace, "\nmain.main(") {
					want = append(want, marked(t, "main")...)
				}
				var got []string
				for _, m := range frame.FindAllStringSubmatch(trace, -1) {
					got = append(got, m[2]+".go:"+m[3])
					if m[2] == "main" && flags == nil {
						assert.Equal(t, folder+"/", m[1])
					}
				}
				// A function that a rule inserts stands on the line that it is called on.
				assert.ElementsMatch(t, want, slices.Compact(got), trace)
				if c.own {
					q := start(t, nil, plain, c.kind)
					q.wait()
					assert.Equal(t, position(q.stderr.String()), position(trace))
				}
			})
		}
	}
}
