package sarama

import (
	"errors"
	"os"
	"testing"

	"github.com/IBM/sarama"
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

var recorder = tracetest.NewInMemoryExporter()

func TestMain(m *testing.M) {
	otel.SetTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithSyncer(recorder)))
	otel.SetTextMapPropagator(propagation.TraceContext{})
	os.Exit(m.Run())
}

func TestFromProducerToConsumer(t *testing.T) {
	recorder.Reset()
	m := &sarama.ProducerMessage{Topic: "orders"}
	c := hooktest.New("github.com/IBM/sarama", "(*syncProducer).SendMessage", []any{nil, m}, []any{int32(3), int64(7), nil})
	c.Call(BeforeSendMessage, AfterSendMessage, nil)
	require.NotEmpty(t, m.Headers)

	mine := sarama.NewConfig()
	c = hooktest.New("github.com/IBM/sarama", "NewClient", []any{nil, mine}, []any{nil, nil})
	BeforeNewClient(c)
	assert.Empty(t, mine.Consumer.Interceptors, "the program's configuration stays as it is")
	in := c.Params[1].(*sarama.Config).Consumer.Interceptors
	require.Len(t, in, 1)
	got := &sarama.ConsumerMessage{Topic: "orders"}
	for i := range m.Headers {
		got.Headers = append(got.Headers, &m.Headers[i])
	}
	in[0].OnConsume(got)

	spans := recorder.GetSpans()
	require.Len(t, spans, 2)
	assert.Equal(t, "send orders", spans[0].Name)
	assert.Equal(t, trace.SpanKindProducer, spans[0].SpanKind)
	assert.Equal(t, "receive orders", spans[1].Name)
	assert.Equal(t, spans[0].SpanContext.SpanID(), spans[1].Parent.SpanID())
	assert.Contains(t, received{got}.Get("traceparent"), spans[1].SpanContext.SpanID().String())
}

func TestFailure(t *testing.T) {
	recorder.Reset()
	msgs := []*sarama.ProducerMessage{{Topic: "a"}, {Topic: "b"}}
	c := hooktest.New("github.com/IBM/sarama", "(*syncProducer).SendMessages", []any{nil, msgs}, []any{errors.New("no")})
	c.Call(BeforeSendMessages, AfterSendMessages, nil)
	got := recorder.GetSpans()[0]
	assert.Equal(t, "send", got.Name)
	assert.Equal(t, codes.Error, got.Status.Code)
}
