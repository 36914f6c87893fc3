// Command kafkas sends and receives messages over a Kafka-protocol broker of its
// own: kafkas kafka-go|franz-go|sarama
package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"time"

	"github.com/IBM/sarama"
	"github.com/segmentio/kafka-go"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"

	"example.com/libraries/internal/work"
)

const topic = "orders"

func main() {
	b, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.SeedTopics(1, topic))
	if err != nil {
		panic(err)
	}
	addr := b.ListenAddrs()[0]
	client := map[string]func(context.Context, string) error{
		"kafka-go": kafkaGo, "franz-go": franzGo, "sarama": saramaClients,
	}[os.Args[1]]
	work.Main(func(ctx context.Context) error {
		ctx, cancel := context.WithTimeout(ctx, 15*time.Second)
		defer cancel()
		return client(ctx, addr)
	})
}

// deal is what the program does with a message: its span shows the trace that
// the message belongs to.
func deal(value string) error {
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, "http://127.0.0.1:1/"+value, nil)
	if err != nil {
		return err
	}
	if _, err := http.DefaultClient.Do(req); err == nil {
		return errors.New("expected that nobody answers")
	}
	return nil
}

// receive runs a consumer on a goroutine of its own that knows of no request.
func receive(f func() error) error {
	done := make(chan error, 1)
	start <- func() { done <- f() }
	return <-done
}

var start = func() chan func() {
	c := make(chan func())
	go func() {
		for f := range c {
			f()
		}
	}()
	return c
}()

func kafkaGo(ctx context.Context, addr string) error {
	w := &kafka.Writer{Addr: kafka.TCP(addr), Topic: topic, BatchTimeout: 10 * time.Millisecond}
	defer w.Close()
	msgs := []kafka.Message{{Key: []byte("k"), Value: []byte("a")}, {Value: []byte("b")}}
	if err := w.WriteMessages(ctx, msgs...); err != nil {
		return err
	}
	if len(msgs[0].Headers) != 0 {
		return errors.New("the program's own message was changed")
	}
	err := receive(func() error {
		r := kafka.NewReader(kafka.ReaderConfig{Brokers: []string{addr}, Topic: topic, MaxWait: 50 * time.Millisecond})
		defer r.Close()
		for range msgs {
			m, err := r.ReadMessage(ctx)
			if err != nil {
				return err
			}
			if err := deal(string(m.Value)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	bad := &kafka.Writer{Addr: kafka.TCP("127.0.0.1:1"), Topic: topic, MaxAttempts: 1, BatchTimeout: time.Millisecond}
	defer bad.Close()
	if err := bad.WriteMessages(ctx, kafka.Message{Value: []byte("c")}); err == nil {
		return errors.New("expected an error")
	}
	return nil
}

// franzOptions are for the build by hand.
var franzOptions []kgo.Opt

func franzGo(ctx context.Context, addr string) error {
	cl, err := kgo.NewClient(append(franzOptions, kgo.SeedBrokers(addr), kgo.ConsumeTopics(topic), kgo.ConsumerGroup("billing"))...)
	if err != nil {
		return err
	}
	for _, v := range []string{"a", "b"} {
		if err := cl.ProduceSync(ctx, &kgo.Record{Topic: topic, Value: []byte(v)}).FirstErr(); err != nil {
			return err
		}
	}
	err = receive(func() error {
		for n := 0; n < 2; {
			fetches := cl.PollFetches(ctx)
			if err := fetches.Err(); err != nil {
				return err
			}
			var failed error
			fetches.EachRecord(func(r *kgo.Record) {
				n++
				failed = errors.Join(failed, deal(string(r.Value)))
			})
			if failed != nil {
				return failed
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	cl.Close()
	if err := cl.ProduceSync(ctx, &kgo.Record{Topic: topic, Value: []byte("c")}).FirstErr(); err == nil {
		return fmt.Errorf("expected an error")
	}
	return nil
}

// saramaClients takes messages from a channel: nobody is told who deals with them.
func saramaClients(ctx context.Context, addr string) error {
	conf := sarama.NewConfig()
	conf.Producer.Return.Successes = true
	conf.Metadata.Retry.Max = 0
	conf.Metadata.AllowAutoTopicCreation = false
	p, err := sarama.NewSyncProducer([]string{addr}, conf)
	if err != nil {
		return err
	}
	defer p.Close()
	if _, _, err := p.SendMessage(&sarama.ProducerMessage{Topic: topic, Value: sarama.StringEncoder("a")}); err != nil {
		return err
	}
	if err := p.SendMessages([]*sarama.ProducerMessage{
		{Topic: topic, Value: sarama.StringEncoder("b")}, {Topic: topic, Value: sarama.StringEncoder("c")}}); err != nil {
		return err
	}
	err = receive(func() error {
		c, err := sarama.NewConsumer([]string{addr}, conf)
		if err != nil {
			return err
		}
		defer c.Close()
		messages, err := c.ConsumePartition(topic, 0, sarama.OffsetOldest)
		if err != nil {
			return err
		}
		defer messages.Close()
		for range 3 {
			select {
			case <-messages.Messages():
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if _, _, err := p.SendMessage(&sarama.ProducerMessage{Topic: "absent", Value: sarama.StringEncoder("d")}); err == nil {
		return errors.New("expected an error")
	}
	return nil
}
