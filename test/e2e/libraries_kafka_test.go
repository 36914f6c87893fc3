package e2e

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// Messages carry the trace from the producer to what the consumer does with
// them, each to its own, on a goroutine that knows of no request.
func TestLibraryKafka(t *testing.T) {
	for _, c := range []struct {
		how   string
		spans int
		want  string
	}{
		{"kafka-go", 6, "producer/send orders(consumer/process orders(client/GET) consumer/process orders(client/GET)) producer/send orders"},
		{"franz-go", 7, "producer/send orders(consumer/process orders(client/GET)) producer/send orders(consumer/process orders(client/GET)) producer/send orders"},
		{"sarama", 6, "producer/send orders(consumer/receive orders) producer/send orders(consumer/receive orders consumer/receive orders) producer/send absent"},
	} {
		t.Run(c.how, func(t *testing.T) {
			spans := below(t, library(t, "kafkas", false, 2+c.spans, c.how))
			service := libraryService("kafkas", false, c.how)
			assert.Equal(t, c.want, strings.ReplaceAll(tree(spans), service+"/", ""))
			var failed []string
			for _, s := range spans {
				if s.Name == "GET" {
					continue
				}
				assert.Equal(t, "kafka", s.Attrs["messaging.system"])
				operation, topic, _ := strings.Cut(s.Name, " ")
				assert.Equal(t, topic, s.Attrs["messaging.destination.name"])
				assert.Equal(t, operation, s.Attrs["messaging.operation.name"])
				assert.Equal(t, operation, s.Attrs["messaging.operation.type"])
				if s.Kind == "consumer" {
					assert.Equal(t, "0", s.Attrs["messaging.destination.partition.id"])
					assert.NotEmpty(t, s.Attrs["messaging.kafka.offset"])
				}
				if s.Failed {
					failed = append(failed, s.Attrs["error.type"])
				}
			}
			assert.Len(t, failed, 1)
			metrics := []string{"messaging.client.operation.duration", "messaging.client.sent.messages", "messaging.client.consumed.messages"}
			if c.how != "sarama" { // which hands messages over by a channel
				metrics = append(metrics, "messaging.process.duration")
			}
			theOne.waitMetrics(t, service, metrics...)
		})
	}
}
