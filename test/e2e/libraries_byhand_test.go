package e2e

import (
	"maps"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// differences compares the spans of a program under the tool with those of the
// same program instrumented by hand, one by one: P-key for an attribute that is
// there by package P alone, P+key for one of ours alone, P~key for another value.
func differences(t *testing.T, ours, byHand []span) []string {
	t.Helper()
	require.Len(t, ours, len(byHand), "ours:\n%s\nby hand:\n%s", describe(ours), describe(byHand))
	// Ports of the program's own servers and connections.
	volatile := []string{"server.port", "network.peer.port", "url.full"}
	found := map[string]bool{}
	for i, a := range ours {
		b := byHand[i]
		by := path.Base(b.Scope)
		assert.Equal(t, b.Kind, a.Kind, "%s and %s", b.Name, a.Name)
		assert.Equal(t, b.Failed, a.Failed, "%s and %s", b.Name, a.Name)
		assert.Equal(t, parentOf(byHand, b), parentOf(ours, a), "%s and %s", b.Name, a.Name)
		if a.Name != b.Name {
			found[by+"~name"] = true
		}
		for k, v := range a.Attrs {
			if w, both := b.Attrs[k]; !both {
				found[by+"+"+k] = true
			} else if v != w && !slices.Contains(volatile, k) {
				found[by+"~"+k] = true
			}
		}
		for k := range b.Attrs {
			if _, both := a.Attrs[k]; !both {
				found[by+"-"+k] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}

func parentOf(spans []span, s span) int {
	return slices.IndexFunc(spans, func(p span) bool { return p.ID == s.Parent })
}

// inOrder sorts spans as describe does, parents first, without those named left
// and without what a database's client does for one operation.
func inOrder(spans []span, left []string) (out []span) {
	isDatabase := func(s span) bool { return s.Attrs["db.system"]+s.Attrs["db.system.name"] != "" }
	var add func(parent string)
	add = func(parent string) {
		for _, s := range spans { // by their begin
			if s.Parent != parent || slices.Contains(left, s.Name) {
				continue
			}
			out = append(out, s)
			if !isDatabase(s) {
				add(s.ID)
			}
		}
	}
	for _, s := range spans {
		if parentOf(spans, s) < 0 {
			add(s.Parent)
			break
		}
	}
	return out
}

// Why there is a difference.
const (
	current = "the conventions have it, by hand it is missing"
	renamed = "by hand as the conventions called it before they were stable"
	values  = "by hand with the values that users gave"
	ownName = "the conventions' name is made of operation and target"
	unknown = "no convention has it; the state is db.response.status_code"
	empty   = "by hand an empty one where there is none"
	quoted  = "by hand with quotes"
)

// What instrumentation by hand with the official packages makes of the same calls
// is what we make, but for what is listed with its reason.
func TestLibrariesAsByHand(t *testing.T) {
	postgres := startPostgres(t)
	for _, c := range []struct {
		name, program string
		args          []string
		spans, byHand int               // below the request's
		left          []string          // spans by hand of what no operation asks for
		why           map[string]string // differences by their reason
	}{
		{
			name: "net/http, gin, echo, gorilla/mux, go-redis", program: "web", args: []string{redisAddr}, spans: 15, byHand: 18,
			why: map[string]string{
				ownName: "otelhttp~name otelmux~name redisotel~name",
				empty:   "otelgin-http.route",
				values:  "redisotel+db.query.text",
				current: "otelecho+http.response.body.size otelgin+http.response.body.size otelmux+http.response.body.size " +
					"redisotel+db.namespace redisotel+db.operation.name redisotel+db.response.status_code " +
					"redisotel+error.type",
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
					"redisotel+db.operation.batch.size redisotel-db.redis.num_cmd redisotel-db.connection_string " +
					"redisotel-code.filepath redisotel-code.function redisotel-code.lineno",
			},
		},
		{
			name: "pgx", program: "sqls", args: []string{"pgx-pool", dsnOf("pgx", postgres)}, spans: 9, byHand: 22,
			left: []string{"pool.acquire"},
			why: map[string]string{
				ownName: "otelpgx~name",
				values:  "otelpgx~db.query.text",
				quoted:  "otelpgx~db.collection.name",
				current: "otelpgx+db.collection.name otelpgx+db.operation.name otelpgx+db.query.summary otelpgx+db.query.text " +
					"otelpgx+db.response.status_code otelpgx+error.type",
				unknown: "otelpgx-pgx.sql_state otelpgx-pgx.rows_affected otelpgx-user.name",
			},
		},
		{
			name: "database/sql", program: "sqls", args: []string{"postgres", dsnOf("postgres", postgres)}, spans: 8, byHand: 17,
			left: []string{"sql.conn.reset_session", "sql.conn.prepare", "sql.rows"},
			why: map[string]string{
				ownName: "otelsql~name",
				values:  "otelsql~db.query.text",
				current: "otelsql+db.collection.name otelsql+db.namespace otelsql+db.operation.name otelsql+db.query.summary " +
					"otelsql+db.response.status_code otelsql+error.type otelsql+server.address otelsql+server.port",
			},
		},
		{
			name: "franz-go", program: "kafkas", args: []string{"franz-go"}, spans: 7, byHand: 5,
			left: []string{"GET"}, // with ours alone: by hand that client is not instrumented
			why: map[string]string{
				ownName: "kotel~name",
				current: "kotel+messaging.operation.name kotel+messaging.consumer.group.name kotel+error.type",
				renamed: "kotel+messaging.destination.name kotel+messaging.destination.partition.id " +
					"kotel+messaging.kafka.offset kotel+messaging.operation.type kotel-messaging.destination.kind " +
					"kotel-messaging.kafka.destination.partition kotel-messaging.kafka.message.offset " +
					"kotel-messaging.kafka.source.partition kotel-messaging.operation kotel-messaging.source.kind " +
					"kotel-messaging.source.name",
			},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			run := func(byHand bool, spans int) []span {
				service := "same-" + libraryService(c.program, byHand, c.args...)
				return inOrder(below(t, libraryAs(t, service, c.program, byHand, spans, c.args...)), c.left)
			}
			ours, byHand := run(false, 2+c.spans), run(true, 1+c.byHand)
			want := strings.Fields(strings.Join(slices.Collect(maps.Values(c.why)), " "))
			slices.Sort(want)
			assert.Equal(t, want, differences(t, ours, byHand), "ours:\n%s\nby hand:\n%s",
				describe(ours), describe(byHand))
			assert.NotContains(t, describe(ours), "secret")
		})
	}
}
