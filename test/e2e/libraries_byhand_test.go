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

func compare(t *testing.T, ours, byHand []span, expected []string) *comparison {
	t.Helper()
	c := &comparison{t: t, ours: side{ours, map[string]string{}}, byHand: side{byHand, map[string]string{}},
		expected: map[string]bool{}, found: map[string]bool{}}
	for _, e := range expected {
		c.expected[e] = true
	}
	a, b := workSpan(t, ours), workSpan(t, byHand)
	c.resource(a, b)
	c.pair(a, b, "")
	return c
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

var localAddress = regexp.MustCompile(`127\.0\.0\.1:[0-9]+`)

// masked replaces ports, which are others in each run, by names: the same where
// both sides have used them for the same. The programs' folder is left out.
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
		return strings.ReplaceAll(v, programs, "")
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

func parentOf(spans []span, s span) int {
	return slices.IndexFunc(spans, func(p span) bool { return p.ID == s.Parent })
}

// Why there is a difference.
const (
	current = "the conventions have it, by hand it is missing"
	renamed = "by hand as it was called before the conventions were stable"
	values  = "by hand with the values that users gave"
	ownName = "the conventions' name is made of operation and target"
	unknown = "the conventions do not ask for it in such spans, and names of users are nobody's business"
	empty   = "by hand an empty one where there is none"
	quoted  = "by hand with quotes"
	// https://opentelemetry.io/docs/specs/semconv/exceptions
	events   = "exceptions as events of spans are deprecated; error.type and the status tell of them"
	codes    = "by hand Go's type, which is one for many errors; AWS has codes"
	queue    = "a queue is no server"
	message  = "by hand without the error's text"
	within   = "what the client does for an operation, or to connect, is no operation of the program's"
	detected = "by hand no detectors of resources are asked for"
	outside  = "by hand the handler is wrapped outside of the mux, where no route is known"
	bare     = "by hand the program's own client, or its fake server, is not instrumented"
)

// What instrumentation by hand with the official packages makes of the same calls
// is what we make, but for what is listed with its reason.
func TestLibrariesAsByHand(t *testing.T) {
	postgres := startPostgres(t)
	for _, c := range []struct {
		name, program string
		args          []string
		spans, byHand int               // below the request's
		why           map[string]string // differences by their reason
	}{
		{
			name: "web", program: "web", args: []string{redisAddr}, spans: 15, byHand: 18,
			why: map[string]string{
				ownName: "otelhttp~name otelmux~name redisotel~name",
				events:  "redisotel-exception",
				within:  "redisotel-set/hello redisotel-set/client redisotel-redis.pipeline/hello",
				empty:   "otelgin-http.route",
				values:  "redisotel+db.query.text",
				current: "otelecho+http.response.body.size otelgin+http.response.body.size otelmux+http.response.body.size " +
					"redisotel+db.namespace redisotel+db.operation.name redisotel+db.response.status_code " +
					"redisotel+error.type",
				unknown: "redisotel-code.filepath redisotel-code.function redisotel-code.lineno redisotel-db.connection_string",
				renamed: "otelecho+client.address otelecho+http.request.method otelecho+http.response.status_code " +
					"otelecho+network.peer.address otelecho+network.peer.port otelecho+network.protocol.version " +
					"otelecho+server.address otelecho+server.port otelecho+url.path otelecho+url.scheme " +
					"otelecho-http.method otelecho-http.scheme otelecho-http.status_code otelecho-http.target " +
					"otelecho-net.host.name otelecho-net.host.port otelecho-net.protocol.version " +
					"otelecho-net.sock.peer.addr otelecho-net.sock.peer.port otelmux+client.address " +
					"otelmux+http.request.method otelmux+http.response.status_code otelmux+network.peer.address " +
					"otelmux+network.peer.port otelmux+network.protocol.version otelmux+server.address " +
					"otelmux+server.port otelmux+url.path otelmux+url.scheme otelmux-http.method otelmux-http.scheme " +
					"otelmux-http.status_code otelmux-http.target otelmux-net.host.name otelmux-net.host.port " +
					"otelmux-net.protocol.version otelmux-net.sock.peer.addr otelmux-net.sock.peer.port " +
					"redisotel+db.system.name redisotel-db.system redisotel-db.statement " +
					"redisotel+db.operation.batch.size redisotel-db.redis.num_cmd",
			},
		},
		{
			name: "pgx", program: "sqls", args: []string{"pgx-pool", dsnOf("pgx", postgres)}, spans: 9, byHand: 22,
			why: map[string]string{
				events: "otelpgx-exception",
				within: "otelpgx-GET/pool.acquire otelpgx-INSERT/INSERT otelpgx-SELECT/SELECT " +
					"otelpgx-batch/SELECT otelpgx-batch/UPDATE otelpgx-copy_from/SELECT",
				ownName: "otelpgx~name",
				values:  "otelpgx~db.query.text",
				quoted:  "otelpgx~db.collection.name",
				current: "otelpgx+db.collection.name otelpgx+db.operation.name otelpgx+db.query.summary otelpgx+db.query.text " +
					"otelpgx+db.response.status_code otelpgx+error.type",
				renamed: "otelpgx-pgx.sql_state",
				unknown: "otelpgx-pgx.rows_affected otelpgx-user.name",
			},
		},
		{
			name: "database-sql", program: "sqls", args: []string{"postgres", dsnOf("postgres", postgres)}, spans: 8, byHand: 17,
			why: map[string]string{
				message: "otelsql~status",
				events:  "otelsql-exception",
				within:  "otelsql-GET/sql.conn.reset_session otelsql-GET/sql.conn.prepare otelsql-GET/sql.rows",
				ownName: "otelsql~name",
				values:  "otelsql~db.query.text",
				current: "otelsql+db.collection.name otelsql+db.namespace otelsql+db.operation.name otelsql+db.query.summary " +
					"otelsql+db.response.status_code otelsql+error.type otelsql+server.address otelsql+server.port",
			},
		},
		{
			name: "franz-go", program: "kafkas", args: []string{"franz-go"}, spans: 7, byHand: 5,
			why: map[string]string{
				events:  "kotel-exception",
				bare:    "nethttp+process/GET",
				ownName: "kotel~name",
				current: "kotel+messaging.operation.name kotel+messaging.consumer.group.name kotel+error.type",
				renamed: "kotel+messaging.destination.name kotel+messaging.destination.partition.id " +
					"kotel+messaging.kafka.offset kotel+messaging.operation.type kotel-messaging.destination.kind " +
					"kotel-messaging.kafka.destination.partition kotel-messaging.kafka.message.offset " +
					"kotel-messaging.kafka.source.partition kotel-messaging.operation kotel-messaging.source.kind " +
					"kotel-messaging.source.name",
			},
		},
		{
			name: "grpc", program: "rpc", spans: 6, byHand: 6,
			why: map[string]string{},
		},
		{
			name: "aws", program: "aws", spans: 15, byHand: 10,
			why: map[string]string{
				ownName: "otelhttp~name",
				codes:   "otelaws~error.type",
				queue:   "otelaws+aws.sqs.queue.url otelaws-server.address",
				current: "otelaws+db.collection.name",
				bare:    "nethttp+PUT/PUT nethttp+GET/GET nethttp+POST/POST",
			},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			run := func(byHand bool, spans int) []span {
				service := "same-" + libraryService(c.program, byHand, c.args...)
				return libraryAs(t, service, c.program, byHand, spans, c.args...)
			}
			c.why[outside] = "otelhttp+http.route"
			c.why[detected] = strings.Join([]string{"resource+host.name", "resource+os.type", "resource+process.executable.name",
				"resource+process.executable.path", "resource+process.pid", "resource+process.runtime.name",
				"resource+process.runtime.version", "resource+telemetry.distro.name", "resource+telemetry.distro.version"}, " ")
			ours, byHand := run(false, 2+c.spans), run(true, 1+c.byHand)
			want := strings.Fields(strings.Join(slices.Collect(maps.Values(c.why)), " "))
			got := compare(t, ours, byHand, want)
			assert.ElementsMatch(t, want, slices.Collect(maps.Keys(got.found)))
			golden(t, "byhand/"+c.name, got.text.String())
			assert.NotContains(t, describe(ours), "secret")
		})
	}
}
