package kafkago

import (
	"context"
	"errors"
	"os"
	"testing"

	"github.com/segmentio/kafka-go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook/hooktest"
)

var (
	recorder = tracetest.NewInMemoryExporter()
	bg       = context.Background()
)

func TestMain(m *testing.M) {
	otel.SetTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithSyncer(recorder)))
	otel.SetTextMapPropagator(propagation.TraceContext{})
	os.Exit(m.Run())
}

// write calls the hooks as an instrumented WriteMessages would, and returns what
// it would have sent. test/e2e has a broker.
func write(err error, msgs ...kafka.Message) []kafka.Message {
	w := &kafka.Writer{Topic: "orders"}
	c := hooktest.New("github.com/segmentio/kafka-go", "(*Writer).WriteMessages", []any{w, bg, msgs}, []any{nil})
	c.Call(BeforeWriteMessages, AfterWriteMessages, func() { c.Results[0] = err })
	return c.Params[2].([]kafka.Message)
}

func TestFromProducerToConsumer(t *testing.T) {
	recorder.Reset()
	own := []kafka.Message{{Value: []byte("a")}, {Value: []byte("b")}}
	sent := write(nil, own...)
	assert.Empty(t, own[0].Headers, "the program's messages stay as they are")
	r := kafka.NewReader(kafka.ReaderConfig{Brokers: []string{"127.0.0.1:1"}, Topic: "orders"})
	defer r.Close()
	for _, m := range sent {
		m.Topic = "orders"
		c := hooktest.New("github.com/segmentio/kafka-go", "(*Reader).FetchMessage", []any{r, bg}, []any{m, nil})
		c.Call(BeforeFetchMessage, AfterFetchMessage, nil)
	}
	BeforeClose(hooktest.New("github.com/segmentio/kafka-go", "(*Reader).Close", []any{r}, []any{nil}))
	got := recorder.GetSpans()
	require.Len(t, got, 3)
	assert.Equal(t, "send orders", got[0].Name)
	assert.Equal(t, trace.SpanKindProducer, got[0].SpanKind)
	for _, s := range got[1:] {
		assert.Equal(t, "process orders", s.Name)
		assert.Equal(t, trace.SpanKindConsumer, s.SpanKind)
		assert.Equal(t, got[0].SpanContext.SpanID(), s.Parent.SpanID())
	}
}

func TestFailure(t *testing.T) {
	recorder.Reset()
	write(kafka.WriteErrors{nil, errors.New("no leader")}, kafka.Message{}, kafka.Message{})
	got := recorder.GetSpans()[0]
	assert.Equal(t, codes.Error, got.Status.Code)
	assert.Equal(t, "no leader", got.Status.Description)
}
