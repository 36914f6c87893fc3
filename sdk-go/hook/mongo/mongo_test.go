package mongo

import (
	"context"
	"errors"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/event"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/codes"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook/hooktest"
)

var (
	recorder = tracetest.NewInMemoryExporter()
	bg       = context.Background()
)

func TestMain(m *testing.M) {
	otel.SetTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithSyncer(recorder)))
	os.Exit(m.Run())
}

func attrs(s tracetest.SpanStub) map[string]string {
	m := map[string]string{}
	for _, kv := range s.Attributes {
		m[string(kv.Key)] = kv.Value.Emit()
	}
	return m
}

// The events are the driver's here; test/e2e has a server.
func TestCommands(t *testing.T) {
	var own int
	mine := []*options.ClientOptions{options.Client().SetMonitor(&event.CommandMonitor{
		Started: func(context.Context, *event.CommandStartedEvent) { own++ }})}
	c := hooktest.New("go.mongodb.org/mongo-driver/v2/mongo", "newClient", []any{mine}, []any{nil, nil})
	BeforeNewClient(c)
	opts := c.Params[0].([]*options.ClientOptions)
	require.Len(t, opts, 2)
	assert.Len(t, mine, 1, "the program's slice stays as it is")
	m := opts[1].Monitor
	run := func(id int64, command bson.D, err error) {
		raw, e := bson.Marshal(command)
		require.NoError(t, e)
		name := command[0].Key
		m.Started(bg, &event.CommandStartedEvent{Command: raw, DatabaseName: "shop", CommandName: name, RequestID: id, ConnectionID: "db:27018[-5]"})
		f := event.CommandFinishedEvent{RequestID: id, ConnectionID: "db:27018[-5]"}
		if err != nil {
			m.Failed(bg, &event.CommandFailedEvent{CommandFinishedEvent: f, Failure: err})
		} else {
			m.Succeeded(bg, &event.CommandSucceededEvent{CommandFinishedEvent: f})
		}
	}
	run(1, bson.D{{Key: "find", Value: "users"}, {Key: "filter", Value: bson.D{{Key: "name", Value: "secret"},
		{Key: "$or", Value: bson.A{bson.D{{Key: "a", Value: 1}}, bson.D{{Key: "b", Value: 2}}}}}}, {Key: "$db", Value: "shop"}}, nil)
	run(2, bson.D{{Key: "getMore", Value: int64(9)}, {Key: "collection", Value: "users"}}, errors.New("no"))
	run(3, bson.D{{Key: "hello", Value: 1}}, nil)
	got := recorder.GetSpans()
	require.Len(t, got, 2)
	assert.Equal(t, 3, own)
	assert.Equal(t, "find users", got[0].Name)
	assert.Equal(t, map[string]string{"db.system.name": "mongodb", "db.namespace": "shop", "db.operation.name": "find",
		"db.collection.name": "users", "server.address": "db", "server.port": "27018",
		"db.query.text": `{"find":"users","filter":{"name":?,"$or":[{"a":?}]}}`}, attrs(got[0]))
	assert.Equal(t, "getMore users", got[1].Name)
	assert.Equal(t, codes.Error, got[1].Status.Code)
	assert.Equal(t, "errors.errorString", attrs(got[1])["error.type"])
}

func TestFailure(t *testing.T) {
	type commandError struct {
		error
		Code int32
	}
	got := failure(&event.CommandFailedEvent{Failure: commandError{errors.New("no"), 11000}})
	assert.Equal(t, "no", got.Error())
}
