// Package sarama instruments IBM/sarama: a producer span for each message that a
// SyncProducer sends, whose context goes into the message's headers, and a span
// for each message that a consumer gets, a child of the producer's.
//
// Programs take messages from a channel, which tells nobody who deals with them
// nor for how long. So the consumer's span ends when the message is handed over,
// and its context takes the place of the producer's in the headers, where a
// program can extract it. An AsyncProducer gets its messages by a channel too,
// and makes no spans.
//
// Switching "sarama" off at run time takes effect at the next message; consumers
// that are made while it is off stay uninstrumented.
package sarama

import (
	"context"
	"strconv"

	"github.com/IBM/sarama"
	"go.opentelemetry.io/otel/attribute"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/messaging"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/registry"
)

const (
	scope   = "github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook/sarama"
	library = "sarama"
)

var (
	client = messaging.New(scope, "kafka")
	on     = registry.Switch("sarama_new_client", library)
)

// sent carries a trace context in a message that is sent.
type sent struct{ m *sarama.ProducerMessage }

func (h sent) Get(key string) string {
	for _, x := range h.m.Headers {
		if string(x.Key) == key {
			return string(x.Value)
		}
	}
	return ""
}

func (h sent) Set(key, value string) {
	// The program may send the message again: its slice stays as it is.
	list := make([]sarama.RecordHeader, 0, len(h.m.Headers)+1)
	for _, x := range h.m.Headers {
		if string(x.Key) != key {
			list = append(list, x)
		}
	}
	h.m.Headers = append(list, sarama.RecordHeader{Key: []byte(key), Value: []byte(value)})
}

func (h sent) Keys() []string {
	out := make([]string, 0, len(h.m.Headers))
	for _, x := range h.m.Headers {
		out = append(out, string(x.Key))
	}
	return out
}

// received does so in a message that has come.
type received struct{ m *sarama.ConsumerMessage }

func (h received) Get(key string) string {
	for _, x := range h.m.Headers {
		if x != nil && string(x.Key) == key {
			return string(x.Value)
		}
	}
	return ""
}

func (h received) Set(key, value string) {
	for _, x := range h.m.Headers {
		if x != nil && string(x.Key) == key {
			x.Value = []byte(value)
			return
		}
	}
	h.m.Headers = append(h.m.Headers, &sarama.RecordHeader{Key: []byte(key), Value: []byte(value)})
}

func (h received) Keys() []string {
	out := make([]string, 0, len(h.m.Headers))
	for _, x := range h.m.Headers {
		if x != nil {
			out = append(out, string(x.Key))
		}
	}
	return out
}

// BeforeSendMessage begins a producer span; sarama has no contexts, so its
// parent is the goroutine's.
func BeforeSendMessage(c hook.Context) {
	if m, _ := c.GetParam(1).(*sarama.ProducerMessage); m != nil {
		s := client.Send(context.Background(), m.Topic, 1)
		s.Inject(sent{m})
		c.SetData(s)
	}
}

// AfterSendMessage ends it.
func AfterSendMessage(c hook.Context) {
	s, _ := c.GetData().(*messaging.Sending)
	if s == nil {
		return
	}
	err, _ := c.GetReturnVal(2).(error)
	if partition, ok := c.GetReturnVal(0).(int32); ok && err == nil {
		offset, _ := c.GetReturnVal(1).(int64)
		s.SetAttributes(place(partition, offset)...)
	}
	s.End(err)
}

func place(partition int32, offset int64) []attribute.KeyValue {
	return []attribute.KeyValue{
		attribute.String("messaging.destination.partition.id", strconv.Itoa(int(partition))),
		attribute.Int64("messaging.kafka.offset", offset),
	}
}

// BeforeSendMessages begins one span for all the messages of a call.
func BeforeSendMessages(c hook.Context) {
	msgs, _ := c.GetParam(1).([]*sarama.ProducerMessage)
	if len(msgs) == 0 {
		return
	}
	topic := ""
	for i, m := range msgs {
		switch {
		case m == nil:
			return
		case i == 0:
			topic = m.Topic
		case m.Topic != topic:
			topic = ""
		}
	}
	s := client.Send(context.Background(), topic, len(msgs))
	for _, m := range msgs {
		s.Inject(sent{m})
	}
	c.SetData(s)
}

// AfterSendMessages ends it.
func AfterSendMessages(c hook.Context) {
	if s, _ := c.GetData().(*messaging.Sending); s != nil {
		err, _ := c.GetReturnVal(0).(error)
		s.End(err)
	}
}

// BeforeNewClient gives what a client is made with a consumer interceptor. The
// program's own configuration stays as it is.
func BeforeNewClient(c hook.Context) {
	conf, _ := c.GetParam(1).(*sarama.Config)
	if conf == nil {
		conf = sarama.NewConfig()
	}
	own := *conf
	list := own.Consumer.Interceptors
	own.Consumer.Interceptors = append(list[:len(list):len(list)], interceptor{})
	c.SetParam(1, &own)
}

type interceptor struct{}

func (interceptor) OnConsume(m *sarama.ConsumerMessage) {
	if m == nil || !on.Load() {
		return
	}
	client.Receive(m.Topic, received{m}, place(m.Partition, m.Offset)...)
}
