package e2e

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A function marked //otel:span makes a span with what the directive asks for,
// and is the parent of what it calls, through its context and without one.
func TestSpanDirective(t *testing.T) {
	p := start(t, exporting("spans"), build(t, true, "programs", "./spans"))
	require.Equal(t, 0, p.wait().ExitStatus(), "%s%s", p.stdout, p.stderr)
	assert.Equal(t, "<nil>\nselling: no credit\nboom\n", p.stdout.String())
	traces := theOne.waitSpans(t, "spans", 2+7)
	require.Len(t, traces, 1, draw(traces))
	for _, spans := range traces {
		server := slices.IndexFunc(spans, func(s span) bool { return s.Kind == "server" })
		require.GreaterOrEqual(t, server, 0)
		var marked []span
		for _, s := range spans {
			if s.Scope == "example.com/programs/spans" {
				marked = append(marked, s)
			}
		}
		assert.Equal(t, strings.TrimLeft(`
internal sell an order code.function.name=example.com/programs/spans.Sell len(o.Items)=2 o.ID=1 o.Items=map[values:[map[stringValue:a] map[stringValue:b]]] s.name=corner team=checkout
  client main.charge code.function.name=example.com/programs/spans.charge id=1
  internal main.ship code.function.name=example.com/programs/spans.ship
    internal main.pack code.function.name=example.com/programs/spans.pack what=paper
internal sell an order code.function.name=example.com/programs/spans.Sell error.type=*fmt.wrapError len(o.Items)=0 o.ID=13 o.Items=map[] s.name=corner team=checkout failed: selling: no credit
  client main.charge code.function.name=example.com/programs/spans.charge error.type=*errors.errorString id=13 failed: no credit
internal main.explode code.function.name=example.com/programs/spans.explode error.type=panic failed: panic
`, "\n"), describe(marked))
		for _, s := range marked {
			if s.Name == "sell an order" || s.Name == "main.explode" {
				assert.Equal(t, spans[server].ID, s.Parent)
			}
		}
	}
}
