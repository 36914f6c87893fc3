// Package kafkago instruments segmentio/kafka-go: a producer span for each call
// of WriteMessages, whose context goes into the messages' headers, and a process
// span for each message that a Reader hands out, from FetchMessage or
// ReadMessage until the same goroutine asks for the next one.
//
// There is no official instrumentation.
//
// Switching "kafkago" off at run time takes effect at the next call.
package kafkago

import (
	"context"
	"errors"
	"strconv"

	"github.com/segmentio/kafka-go"
	"go.opentelemetry.io/otel/attribute"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/messaging"
)

const scope = "github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook/kafkago"

var client = messaging.New(scope, "kafka")

// headers carries a trace context in a message.
type headers struct{ list *[]kafka.Header }

func (h headers) Get(key string) string {
	for _, x := range *h.list {
		if x.Key == key {
			return string(x.Value)
		}
	}
	return ""
}

func (h headers) Set(key, value string) {
	for i, x := range *h.list {
		if x.Key == key {
			(*h.list)[i].Value = []byte(value)
			return
		}
	}
	*h.list = append(*h.list, kafka.Header{Key: key, Value: []byte(value)})
}

func (h headers) Keys() []string {
	out := make([]string, 0, len(*h.list))
	for _, x := range *h.list {
		out = append(out, x.Key)
	}
	return out
}

// BeforeWriteMessages begins a producer span. The program's own messages stay as
// they are: it may send them again.
func BeforeWriteMessages(c hook.Context) {
	w, _ := c.GetParam(0).(*kafka.Writer)
	ctx, _ := c.GetParam(1).(context.Context)
	msgs, _ := c.GetParam(2).([]kafka.Message)
	if w == nil || ctx == nil || len(msgs) == 0 {
		return
	}
	topic := w.Topic
	if topic == "" {
		topic = msgs[0].Topic
		for _, m := range msgs {
			if m.Topic != topic {
				topic = ""
				break
			}
		}
	}
	s := client.Send(ctx, topic, len(msgs))
	out := make([]kafka.Message, len(msgs))
	for i, m := range msgs {
		m.Headers = append(make([]kafka.Header, 0, len(m.Headers)+2), m.Headers...)
		s.Inject(headers{&m.Headers})
		out[i] = m
	}
	c.SetParam(1, s.Context())
	c.SetParam(2, out)
	c.SetData(s)
}

// AfterWriteMessages ends it.
func AfterWriteMessages(c hook.Context) {
	s, _ := c.GetData().(*messaging.Sending)
	if s == nil {
		return
	}
	err, _ := c.GetReturnVal(0).(error)
	// Of many errors the first says what is wrong.
	var each kafka.WriteErrors
	if errors.As(err, &each) {
		for _, e := range each {
			if e != nil {
				err = e
				break
			}
		}
	}
	s.End(err)
}

// BeforeFetchMessage ends the span of the message before.
func BeforeFetchMessage(c hook.Context) {
	if r, _ := c.GetParam(0).(*kafka.Reader); r != nil {
		client.Next(r)
	}
}

// AfterFetchMessage begins the span of the message that has come.
func AfterFetchMessage(c hook.Context) {
	r, _ := c.GetParam(0).(*kafka.Reader)
	m, ok := c.GetReturnVal(0).(kafka.Message)
	if r == nil || !ok || c.GetReturnVal(1) != nil || c.Panicking() {
		return
	}
	attrs := []attribute.KeyValue{
		attribute.String("messaging.destination.partition.id", strconv.Itoa(m.Partition)),
		attribute.Int64("messaging.kafka.offset", m.Offset),
	}
	if group := r.Config().GroupID; group != "" {
		attrs = append(attrs, attribute.String("messaging.consumer.group.name", group))
	}
	client.Process(context.Background(), r, m.Topic, headers{&m.Headers}, attrs...)
}

// BeforeClose ends what is left.
func BeforeClose(c hook.Context) {
	if r, _ := c.GetParam(0).(*kafka.Reader); r != nil {
		client.Close(r)
	}
}
