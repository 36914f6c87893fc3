package mongov1

import (
	"context"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/event"
	"go.mongodb.org/mongo-driver/mongo/options"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/codes"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook/hooktest"
)

var recorder = tracetest.NewInMemoryExporter()

func TestMain(m *testing.M) {
	otel.SetTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithSyncer(recorder)))
	os.Exit(m.Run())
}

func TestFailedCommand(t *testing.T) {
	c := hooktest.New("go.mongodb.org/mongo-driver/mongo", "NewClient", []any{[]*options.ClientOptions(nil)}, []any{nil, nil})
	BeforeNewClient(c)
	m := c.Params[0].([]*options.ClientOptions)[0].Monitor
	raw, err := bson.Marshal(bson.D{{Key: "insert", Value: "users"}})
	require.NoError(t, err)
	m.Started(context.Background(), &event.CommandStartedEvent{Command: raw, DatabaseName: "shop", CommandName: "insert", RequestID: 1, ConnectionID: "db:27018[-5]"})
	m.Failed(context.Background(), &event.CommandFailedEvent{CommandFinishedEvent: event.CommandFinishedEvent{RequestID: 1, ConnectionID: "db:27018[-5]"}, Failure: "(DuplicateKey) again"})
	got := recorder.GetSpans()
	require.Len(t, got, 1)
	assert.Equal(t, "insert users", got[0].Name)
	assert.Equal(t, codes.Error, got[0].Status.Code)
	assert.Equal(t, "(DuplicateKey) again", got[0].Status.Description)
}
