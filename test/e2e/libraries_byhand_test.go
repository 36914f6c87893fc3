package e2e

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

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
	asIs     = "the conventions want the statement's own case"
	joined   = "by hand address and port in one"
	hidden   = "by hand gorm's transactions are not told of"
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
			name: "gorm", program: "sqls", args: []string{"gorm", dsnOf("pgx", postgres)}, spans: 9, byHand: 5,
			why: map[string]string{
				hidden:  "databasesql+GET/BEGIN databasesql+GET/COMMIT databasesql+GET/ROLLBACK",
				ownName: "opentelemetry~name",
				values:  "opentelemetry~db.query.text",
				events:  "opentelemetry-exception",
				unknown: "opentelemetry-db.rows_affected",
				current: "opentelemetry+db.collection.name opentelemetry+db.namespace opentelemetry+db.query.summary " +
					"opentelemetry+db.response.status_code opentelemetry+error.type opentelemetry+server.port",
				asIs:   "opentelemetry~db.operation.name opentelemetry~db.query.summary",
				joined: "opentelemetry~server.address",
			},
		},
		{
			name: "mongo", program: "mongo1", spans: 4, byHand: 4,
			why: map[string]string{
				ownName: "otelmongo~name",
				current: "otelmongo+db.query.text otelmongo+error.type",
				renamed: "otelmongo+server.address otelmongo+server.port otelmongo-network.peer.address " +
					"otelmongo-network.peer.port otelmongo-network.transport",
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
			got := newComparison(t, ours, byHand, c.why)
			got.run()
			got.check(c.name)
			assert.NotContains(t, describe(ours), "secret")
		})
	}
}
