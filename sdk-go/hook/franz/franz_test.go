package franz

import (
	"context"
	"errors"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kgo"
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

// installed returns the hooks of a client as an instrumented NewClient makes it.
func installed(t *testing.T) *hooks {
	t.Helper()
	c := hooktest.New("github.com/twmb/franz-go/pkg/kgo", "NewClient", []any{[]kgo.Opt{kgo.ConsumerGroup("billing"), kgo.ConsumeTopics("orders")}}, []any{nil, nil})
	c.Call(BeforeNewClient, AfterNewClient, func() {
		cl, err := kgo.NewClient(c.Params[0].([]kgo.Opt)...)
		require.NoError(t, err)
		t.Cleanup(cl.Close)
		c.Results[0] = cl
	})
	recorder.Reset()
	return c.GetData().(*hooks)
}

func TestFromProducerToConsumer(t *testing.T) {
	h := installed(t)
	require.NotNil(t, h.group.Load())
	r := &kgo.Record{Topic: "orders"}
	h.OnProduceRecordBuffered(r)
	h.OnProduceRecordUnbuffered(r, nil)
	got := &kgo.Record{Topic: "orders", Headers: r.Headers}
	h.OnFetchRecordBuffered(got)
	sent := recorder.GetSpans()[0]
	assert.Equal(t, sent.SpanContext.TraceID(), trace.SpanContextFromContext(got.Context).TraceID())
	AfterNext(hooktest.New("github.com/twmb/franz-go/pkg/kgo", "(*FetchesRecordIter).Next", []any{nil}, []any{got}))
	AfterDone(hooktest.New("github.com/twmb/franz-go/pkg/kgo", "(*FetchesRecordIter).Done", []any{nil}, []any{true}))
	spans := recorder.GetSpans()
	require.Len(t, spans, 2)
	assert.Equal(t, "send orders", spans[0].Name)
	assert.Equal(t, "process orders", spans[1].Name)
	assert.Equal(t, spans[0].SpanContext.SpanID(), spans[1].Parent.SpanID())
}

func TestFailure(t *testing.T) {
	h := installed(t)
	r := &kgo.Record{Topic: "orders", Context: context.Background()}
	h.OnProduceRecordBuffered(r)
	h.OnProduceRecordUnbuffered(r, errors.New("no"))
	assert.Equal(t, codes.Error, recorder.GetSpans()[0].Status.Code)
}
