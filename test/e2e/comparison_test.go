package e2e

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A comparison walks over the spans of a program under the tool and those of the
// same program instrumented by hand, side by side from the server span of
// work.Main, and writes down all that differs but ids and times. What is found has
// the name P-X for X that is there by package P alone, P+X for one of ours alone,
// P~X for another value. X is the key of an attribute, name, kind, status, the
// name of an event, or that of a span after its parent's.
type comparison struct {
	t            *testing.T
	ours, byHand side
	expected     map[string]bool
	found        map[string]bool
	names        int // of ports
	text         strings.Builder
}

type side struct {
	spans []span
	ports map[string]string // the names of the ports of this run
}

// newComparison takes what is expected from a table: differences by their reason.
func newComparison(t *testing.T, ours, byHand []span, why map[string]string) *comparison {
	c := &comparison{t: t, ours: side{ours, map[string]string{}}, byHand: side{byHand, map[string]string{}},
		expected: map[string]bool{}, found: map[string]bool{}}
	for _, differences := range why {
		for _, d := range strings.Fields(differences) {
			c.expected[d] = true
		}
	}
	return c
}

func (c *comparison) run() {
	for _, s := range []side{c.ours, c.byHand} {
		slices.SortFunc(s.spans, func(a, b span) int { return int(a.Begin - b.Begin) })
	}
	a, b := workSpan(c.t, c.ours.spans), workSpan(c.t, c.byHand.spans)
	// All hangs together, and above is the client's span, which by hand is none.
	assert.Len(c.t, below(c.t, c.ours.spans), len(c.ours.spans)-2)
	assert.Len(c.t, below(c.t, c.byHand.spans), len(c.byHand.spans)-1)
	c.resource(a, b)
	c.pair(a, b, "")
}

// check fails for differences that are not expected, for expected ones that are
// none, and where they are not those of the golden file.
func (c *comparison) check(name string) {
	assert.Equal(c.t, c.expected, c.found)
	golden(c.t, "byhand/"+name, c.text.String())
}

// resource compares what is said of the program. The values tell of the machine
// and the process, or of a version.
func (c *comparison) resource(a, b span) {
	values := func(s span) map[string]string {
		out := map[string]string{}
		for k, v := range s.Resource {
			if !strings.HasPrefix(k, "telemetry.") || strings.HasSuffix(k, "version") {
				v = "…"
			}
			out[k] = v
		}
		delete(out, "service.name") // that of the run
		delete(out, "service.instance.id")
		delete(out, "container.id") // not everywhere
		return out
	}
	c.text.WriteString("resource\n")
	c.attributes("resource", "", "    ", values(a), values(b))
}

func (c *comparison) pair(a, b span, indent string) {
	by := path.Base(b.Scope)
	c.text.WriteString(indent + a.Kind + " " + a.Name + "  " + by + "\n")
	inner := indent + "    "
	c.value(by, "name", inner, a.Name, b.Name)
	c.value(by, "kind", inner, a.Kind, b.Kind)
	c.value(by, "status", inner, a.Status+" "+a.Message, b.Status+" "+b.Message)
	c.attributes(by, a.Kind, inner, a.Typed, b.Typed)
	for _, e := range a.Events {
		if !slices.Contains(b.Events, e) {
			c.alone(by, "+", e, inner)
		}
	}
	for _, e := range b.Events {
		if !slices.Contains(a.Events, e) {
			c.alone(by, "-", e, inner)
		}
	}
	ours, byHand := c.children(c.ours, a, "+", inner), c.children(c.byHand, b, "-", inner)
	require.Len(c.t, ours, len(byHand), "below %s\nours:\n%s\nby hand:\n%s", a.Name, describe(ours), describe(byHand))
	for i := range ours {
		c.pair(ours[i], byHand[i], indent+"  ")
	}
}

// children returns a span's children by their begin, without those which are
// expected on this side alone and are written down here.
func (c *comparison) children(s side, of span, sign, indent string) (both []span) {
	for _, x := range s.spans {
		by, below := path.Base(x.Scope), firstWord(of.Name)+"/"+firstWord(x.Name)
		switch {
		case x.Parent != of.ID:
		case c.expected[by+sign+below]:
			c.alone(by, sign, below, indent)
		default:
			both = append(both, x)
		}
	}
	return both
}

// alone writes down what one side has: its first word names it.
func (c *comparison) alone(by, sign, what, indent string) {
	c.found[by+sign+firstWord(what)] = true
	fmt.Fprintf(&c.text, "%s%s %s\n", indent, sign, what)
}

func firstWord(s string) string {
	word, _, _ := strings.Cut(s, " ")
	return word
}

func (c *comparison) value(by, key, indent, ours, byHand string) {
	if ours != byHand {
		c.found[by+"~"+key] = true
		fmt.Fprintf(&c.text, "%s~ %s %s, by hand %s\n", indent, key, ours, byHand)
	}
}

func (c *comparison) attributes(by, kind, indent string, ours, byHand map[string]string) {
	keys := map[string]bool{}
	for k := range ours {
		keys[k] = true
	}
	for k := range byHand {
		keys[k] = true
	}
	for _, k := range slices.Sorted(maps.Keys(keys)) {
		a, inOurs := ours[k]
		b, inByHand := byHand[k]
		if kind == "server" && (strings.HasSuffix(k, "peer.port") || k == "client.port") {
			a, b = "PEER", "PEER" // one for each connection
		} else {
			a, b = c.masked(k, a, b)
		}
		switch {
		case !inByHand:
			c.alone(by, "+", k+" "+a, indent)
		case !inOurs:
			c.alone(by, "-", k+" "+b, indent)
		default:
			c.value(by, k, indent, a, b)
		}
	}
}

var (
	localAddress = regexp.MustCompile(`127\.0\.0\.1:[0-9]+`)
	connection   = regexp.MustCompile(`\[-[0-9]+\]`) // a number that MongoDB's driver gives
)

// masked replaces ports, which are others in each run, by names: the same where
// both sides have used them for the same. The programs' folder is left out, and so
// are numbers of connections.
func (c *comparison) masked(key, a, b string) (string, string) {
	port := func(v string) string {
		if strings.HasSuffix(key, ".port") {
			return v
		}
		_, number, _ := strings.Cut(localAddress.FindString(v), ":")
		return number
	}
	pa, pb := port(a), port(b)
	na, nb := c.ours.ports[pa], c.byHand.ports[pb]
	programs, err := filepath.Abs("libraries")
	require.NoError(c.t, err)
	taken := func(s side, name string) bool {
		return slices.Contains(slices.Collect(maps.Values(s.ports)), name)
	}
	fresh := func() string { c.names++; return fmt.Sprint("PORT", c.names) }
	if na == "" && pa != "" {
		if na = nb; na == "" || taken(c.ours, na) {
			na = fresh()
		}
		c.ours.ports[pa] = na
	}
	if nb == "" && pb != "" {
		if nb = na; nb == "" || taken(c.byHand, nb) {
			nb = fresh()
		}
		c.byHand.ports[pb] = nb
	}
	replace := func(v, port, name string) string {
		if port != "" {
			v = strings.ReplaceAll(v, port, name)
		}
		return connection.ReplaceAllString(strings.ReplaceAll(v, programs, ""), "[N]")
	}
	return replace(a, pa, na), replace(b, pb, nb)
}

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares a text with a file below testdata, or writes it.
func golden(t *testing.T, name, text string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o777))
		require.NoError(t, os.WriteFile(file, []byte(text), 0o666))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, string(want), text, "utils/update-golden build test/e2e writes %s anew", file)
}
