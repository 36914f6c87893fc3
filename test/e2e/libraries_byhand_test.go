package e2e

import (
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// differences compares the spans of a program under the tool with those of the
// same program instrumented by hand, one by one: -key for an attribute that is
// there by hand alone, +key for one of ours alone, ~key for another value.
func differences(t *testing.T, ours, byHand []span) []string {
	t.Helper()
	require.Len(t, ours, len(byHand), "ours:\n%s\nby hand:\n%s", describe(ours), describe(byHand))
	// Ports of the program's own servers and connections.
	volatile := []string{"server.port", "network.peer.port", "url.full"}
	found := map[string]bool{}
	for i, a := range ours {
		b := byHand[i]
		assert.Equal(t, b.Kind, a.Kind, "%s and %s", b.Name, a.Name)
		assert.Equal(t, b.Failed, a.Failed, "%s and %s", b.Name, a.Name)
		assert.Equal(t, parentOf(byHand, b), parentOf(ours, a), "%s and %s", b.Name, a.Name)
		if a.Name != b.Name {
			found["~name"] = true
		}
		for k, v := range a.Attrs {
			if w, both := b.Attrs[k]; !both {
				found["+"+k] = true
			} else if v != w && !slices.Contains(volatile, k) {
				found["~"+k] = true
			}
		}
		for k := range b.Attrs {
			if _, both := a.Attrs[k]; !both {
				found["-"+k] = true
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
	current  = "the conventions have it, by hand it is missing"
	renamed  = "by hand as the conventions called it before they were stable"
	values   = "by hand with the values that users gave"
	ownName  = "the conventions' name is made of operation and target"
	unstated = "no convention has it"
)

// What instrumentation by hand with the official packages makes of the same calls
// is what we make, but for what is listed with its reason.
func TestLibrariesAsByHand(t *testing.T) {
	postgres := startPostgres(t)
	for _, c := range []struct {
		name, program string
		args          []string
		spans, byHand int      // below the request's
		left          []string // spans by hand of what no operation asks for
		why           map[string]string
	}{
		{
			name: "net/http, gin, go-redis", program: "web", args: []string{redisAddr}, spans: 9, byHand: 12,
			why: map[string]string{
				"~name":                    ownName, // otelhttp's are `HTTP GET`, redisotel's lower case
				"+http.response.body.size": current, // on a path without a route
				"-http.route":              "by hand an empty one where there is none",
				"+db.namespace":            current, "+db.operation.name": current, "+db.response.status_code": current, "+error.type": current,
				"+db.system.name": renamed, "-db.system": renamed,
				"+db.query.text": values, "-db.statement": renamed,
				"+db.operation.batch.size": renamed, "-db.redis.num_cmd": renamed,
				"-db.connection_string": renamed, // server.address and server.port are there
				"-code.filepath":        renamed, "-code.function": renamed, "-code.lineno": renamed,
			},
		},
		{
			name: "pgx", program: "sqls", args: []string{"pgx-pool", dsnOf("pgx", postgres)}, spans: 9, byHand: 22,
			left: []string{"pool.acquire"},
			why: map[string]string{
				"~name":               ownName,
				"+db.operation.name":  current, // of batches and copies
				"+db.collection.name": current, "~db.collection.name": "by hand with quotes", "+db.query.summary": current,
				"+db.query.text": current, "~db.query.text": values,
				"+error.type": current, "+db.response.status_code": current, "-pgx.sql_state": "it is db.response.status_code",
				"-pgx.rows_affected": unstated, "-user.name": unstated,
			},
		},
		{
			name: "database/sql", program: "sqls", args: []string{"postgres", dsnOf("postgres", postgres)}, spans: 8, byHand: 17,
			left: []string{"sql.conn.reset_session", "sql.conn.prepare", "sql.rows"},
			why: map[string]string{
				"~name":          ownName,
				"~db.query.text": values,
				"+db.namespace":  current, "+server.address": current, "+server.port": current, // otelsql is told by the program
				"+db.collection.name": current, "+db.operation.name": current, "+db.query.summary": current,
				"+error.type": current, "+db.response.status_code": current,
			},
		},
		{
			name: "franz-go", program: "kafkas", args: []string{"franz-go"}, spans: 7, byHand: 5,
			left: []string{"GET"}, // with ours alone: by hand the client is not instrumented
			why: map[string]string{
				"~name":                           ownName,
				"+messaging.operation.name":       current,
				"+messaging.consumer.group.name":  current,
				"+error.type":                     current,
				"+messaging.destination.name":     renamed,
				"+messaging.operation.type":       renamed,
				"-messaging.operation":            renamed,
				"-messaging.source.name":          renamed,
				"-messaging.source.kind":          renamed,
				"-messaging.destination.kind":     renamed,
				"+messaging.kafka.offset":         renamed,
				"-messaging.kafka.message.offset": renamed,

				"+messaging.destination.partition.id":    renamed,
				"-messaging.kafka.destination.partition": renamed,
				"-messaging.kafka.source.partition":      renamed,
			},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			ours := inOrder(below(t, library(t, c.program, false, 2+c.spans, c.args...)), c.left)
			byHand := inOrder(below(t, library(t, c.program, true, 1+c.byHand, c.args...)), c.left)
			assert.Equal(t, slices.Sorted(maps.Keys(c.why)), differences(t, ours, byHand), "ours:\n%s\nby hand:\n%s",
				describe(ours), describe(byHand))
			assert.NotContains(t, describe(ours), "secret")
		})
	}
}
