package e2e

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// clients leaves out what the servers of a program itself make, each of whose
// spans has a client's as its parent.
func clients(t *testing.T, spans []span) []span {
	t.Helper()
	return slices.DeleteFunc(slices.Clone(spans), func(s span) bool {
		if s.Kind != "server" {
			return false
		}
		i := parentOf(spans, s)
		require.GreaterOrEqual(t, i, 0)
		assert.Equal(t, "client", spans[i].Kind)
		return true
	})
}

// The hooks leave a program the release of the SDK that it has: services of the
// first ones fail with a newer core.
func TestOldestAWS(t *testing.T) {
	p := start(t, exporting("aws1"), build(t, true, "aws1", "."))
	require.Equal(t, 0, p.wait().ExitStatus(), "%s%s", p.stdout, p.stderr)
	assert.Empty(t, p.stderr.String())
	traces := theOne.waitSpans(t, "aws1", 3)
	require.Len(t, traces, 1, draw(traces))
	for _, spans := range traces {
		assert.Equal(t, "client/SQS.ListQueues(client/POST(server/POST))", strings.ReplaceAll(tree(spans), "aws1/", ""))
	}
}

// Calls of the Elasticsearch API, each with its HTTP request below: Elasticsearch
// knows of the trace, and nothing of a document or a query is told.
func TestLibraryElasticsearch(t *testing.T) {
	got := describe(clients(t, below(t, library(t, "search", false, 2+3*3))), "server.port", "url.full")
	assert.Equal(t, `client index books db.collection.name=books db.operation.name=index db.operation.parameter.id=1 db.operation.parameter.index=books db.response.status_code=201 db.system.name=elasticsearch http.request.method=PUT server.address=127.0.0.1 server.port=… url.full=…
  client PUT http.request.method=PUT http.response.status_code=201 network.protocol.version=1.1 server.address=127.0.0.1 server.port=… url.full=…
client search books db.collection.name=books db.operation.name=search db.operation.parameter.index=books db.response.status_code=200 db.system.name=elasticsearch http.request.method=POST server.address=127.0.0.1 server.port=… url.full=…
  client POST http.request.method=POST http.response.status_code=200 network.protocol.version=1.1 server.address=127.0.0.1 server.port=… url.full=…
client get books db.collection.name=books db.operation.name=get db.operation.parameter.id=2 db.operation.parameter.index=books db.response.status_code=404 db.system.name=elasticsearch error.type=404 http.request.method=GET server.address=127.0.0.1 server.port=… url.full=… failed: 404 Not Found
  client GET error.type=404 http.request.method=GET http.response.status_code=404 network.protocol.version=1.1 server.address=127.0.0.1 server.port=… url.full=… failed: 
`, got)
	theOne.waitMetrics(t, libraryService("search", false), "db.client.operation.duration")
}
