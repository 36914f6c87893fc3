// Package franz instruments franz-go: a producer span for each record, whose
// context goes into the record's headers, and a process span for each record
// that a program takes from its fetches by a record iterator or EachRecord. The
// trace of every record is also in its Context.
//
// kotel is not inside: it emits conventions of 2023, and receive spans that say
// how long a record lay in the client. A client that the program gives kotel's
// tracer keeps that one alone.
//
// Switching "franz" off at run time takes effect at the next record; clients
// that are made while it is off stay uninstrumented.
package franz

import (
	"context"
	"reflect"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/twmb/franz-go/pkg/kgo"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/goctx"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/messaging"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/registry"
)

const (
	scope   = "github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook/franz"
	library = "franz"
)

var (
	client = messaging.New(scope, "kafka")
	on     = registry.Switch("franz_new_client", library)
)

// BeforeNewClient adds a hook of franz-go's own kind.
func BeforeNewClient(c hook.Context) {
	opts, _ := c.GetParam(0).([]kgo.Opt)
	h := &hooks{}
	c.SetData(h)
	c.SetParam(0, append(opts[:len(opts):len(opts)], kgo.WithHooks(h)))
}

// AfterNewClient gives way to kotel: options are functions, so only the finished
// client shows what they hold.
func AfterNewClient(c hook.Context) {
	h, _ := c.GetData().(*hooks)
	cl, _ := c.GetReturnVal(0).(*kgo.Client)
	if h == nil || cl == nil {
		return
	}
	h.off.Store(hasKotel(reflect.ValueOf(cl).Elem().FieldByName("cfg")))
	if id, _ := cl.OptValue(kgo.ConsumerGroup).(string); id != "" {
		h.group.Store(&id)
	}
}

func hasKotel(cfg reflect.Value) bool {
	if cfg.Kind() != reflect.Struct {
		return false
	}
	list := cfg.FieldByName("hooks")
	if list.Kind() != reflect.Slice {
		return false
	}
	for i := range list.Len() {
		v := list.Index(i)
		for v.Kind() == reflect.Interface || v.Kind() == reflect.Pointer {
			v = v.Elem()
		}
		if v.IsValid() && strings.HasSuffix(v.Type().PkgPath(), "/kotel") && v.Type().Name() == "Tracer" {
			return true
		}
	}
	return false
}

// hooks is one client's.
type hooks struct {
	off   atomic.Bool // the program has kotel
	group atomic.Pointer[string]
}

var (
	_ kgo.HookProduceRecordBuffered   = (*hooks)(nil)
	_ kgo.HookProduceRecordUnbuffered = (*hooks)(nil)
	_ kgo.HookFetchRecordBuffered     = (*hooks)(nil)
)

// headers carries a trace context in a record.
type headers struct{ r *kgo.Record }

func (h headers) Get(key string) string {
	for _, x := range h.r.Headers {
		if x.Key == key {
			return string(x.Value)
		}
	}
	return ""
}

func (h headers) Set(key, value string) {
	for i, x := range h.r.Headers {
		if x.Key == key {
			h.r.Headers[i].Value = []byte(value)
			return
		}
	}
	h.r.Headers = append(h.r.Headers[:len(h.r.Headers):len(h.r.Headers)], kgo.RecordHeader{Key: key, Value: []byte(value)})
}

func (h headers) Keys() []string {
	out := make([]string, 0, len(h.r.Headers))
	for _, x := range h.r.Headers {
		out = append(out, x.Key)
	}
	return out
}

type sendingKey struct{}

// OnProduceRecordBuffered begins a record's producer span, on the goroutine that
// produces it.
func (h *hooks) OnProduceRecordBuffered(r *kgo.Record) {
	if !on.Load() || h.off.Load() {
		return
	}
	ctx := r.Context
	if ctx == nil {
		ctx = context.Background()
	}
	if goctx.Suppressed(ctx) {
		return
	}
	s := client.Send(ctx, r.Topic, 1)
	s.Inject(headers{r})
	r.Context = context.WithValue(s.Context(), sendingKey{}, s)
}

// OnProduceRecordUnbuffered ends it when the broker has answered.
func (h *hooks) OnProduceRecordUnbuffered(r *kgo.Record, err error) {
	if r.Context == nil {
		return
	}
	s, _ := r.Context.Value(sendingKey{}).(*messaging.Sending)
	if s == nil {
		return
	}
	if err == nil {
		s.SetAttributes(place(r)...)
	}
	s.End(err)
}

func place(r *kgo.Record) []attribute.KeyValue {
	return []attribute.KeyValue{
		attribute.String("messaging.destination.partition.id", strconv.Itoa(int(r.Partition))),
		attribute.Int64("messaging.kafka.offset", r.Offset),
	}
}

type fetchedKey struct{}

// OnFetchRecordBuffered puts the producer's context into a record, for programs
// that use the record's own.
func (h *hooks) OnFetchRecordBuffered(r *kgo.Record) {
	if !on.Load() || h.off.Load() {
		return
	}
	ctx := r.Context
	if ctx == nil {
		ctx = context.Background()
	}
	r.Context = context.WithValue(otel.GetTextMapPropagator().Extract(ctx, headers{r}), fetchedKey{}, h)
}

// reader is what all fetches are taken from: a goroutine deals with one record
// at a time, from whichever client.
var reader any = new(byte)

// BeforePoll ends the span of the last record that the goroutine dealt with.
func BeforePoll(hook.Context) { client.Next(reader) }

// BeforeNext does so for the record before.
func BeforeNext(hook.Context) { client.Next(reader) }

// AfterNext begins the span of the record that an iterator hands out.
func AfterNext(c hook.Context) {
	r, _ := c.GetReturnVal(0).(*kgo.Record)
	if r == nil || r.Context == nil {
		return
	}
	h, _ := r.Context.Value(fetchedKey{}).(*hooks)
	if h == nil {
		return
	}
	attrs := place(r)
	if g := h.group.Load(); g != nil {
		attrs = append(attrs, attribute.String("messaging.consumer.group.name", *g))
	}
	r.Context = client.Process(r.Context, reader, r.Topic, nil, attrs...)
}

// AfterDone ends the span of the last record when an iterator has no more.
func AfterDone(c hook.Context) {
	if done, _ := c.GetReturnVal(0).(bool); done {
		client.Next(reader)
	}
}
