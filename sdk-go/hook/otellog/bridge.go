package otellog

import (
	"context"
	"fmt"
	"sort"
	"sync"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/log"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/goctx"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/attr"
)

// A Bridge takes the records of a logger that no official bridge is for.
type Bridge struct {
	scope string
	once  sync.Once
	log   log.Logger
}

func NewBridge(scope string) *Bridge { return &Bridge{scope: scope} }

func (b *Bridge) logger() log.Logger {
	b.once.Do(func() { b.log = otel.GetLoggerProvider().Logger(b.scope) })
	return b.log
}

// Enabled tells whether records of this severity go anywhere. Those that are
// written while telemetry is exported do not.
func (b *Bridge) Enabled(ctx context.Context, severity log.Severity) bool {
	return !goctx.Suppressed(ctx) && b.logger().Enabled(ctx, log.EnabledParameters{Severity: severity})
}

func (b *Bridge) Emit(ctx context.Context, r log.Record) { b.logger().Emit(ctx, r) }

// Making calls f, which makes an official bridge, so that it does not count as
// one of the program's own.
func Making[T any](f func() T) T {
	_, resume := goctx.Suppress(context.Background())
	defer resume()
	return f()
}

// maxDepth bounds what is taken from values that hold others.
const maxDepth = 8

// Value converts what a program gave a logger.
func Value(v any) attribute.Value { return value(v, maxDepth) }

func value(v any, depth int) attribute.Value {
	if a, ok := attr.Value(v); ok {
		return a
	}
	switch v := v.(type) {
	case nil:
		return attribute.Value{}
	case uint:
		return unsigned(uint64(v))
	case uint64:
		return unsigned(v)
	case []byte:
		return attribute.ByteSliceValue(v)
	case time.Duration:
		return attribute.Int64Value(v.Nanoseconds()) // as otelslog and otelzap do
	case time.Time:
		return attribute.Int64Value(v.UnixNano())
	case error:
		return attribute.StringValue(v.Error())
	case fmt.Stringer:
		return attribute.StringValue(fmt.Sprint(v)) // which survives its panics
	}
	if depth > 0 {
		switch v := v.(type) {
		case []any:
			list := make([]attribute.Value, len(v))
			for i := range v {
				list[i] = value(v[i], depth-1)
			}
			return attribute.SliceValue(list...)
		case map[string]any:
			return attribute.MapValue(attributes(v, depth-1)...)
		}
	}
	return attribute.StringValue(fmt.Sprintf("%+v", v))
}

func unsigned(v uint64) attribute.Value {
	if int64(v) < 0 {
		return attribute.StringValue(fmt.Sprint(v))
	}
	return attribute.Int64Value(int64(v))
}

// Attributes converts fields, in the order of their names.
func Attributes(fields map[string]any) []attribute.KeyValue { return attributes(fields, maxDepth) }

func attributes(fields map[string]any, depth int) []attribute.KeyValue {
	out := make([]attribute.KeyValue, 0, len(fields))
	for k, v := range fields {
		out = append(out, attribute.KeyValue{Key: attribute.Key(k), Value: value(v, depth)})
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Key < out[j].Key })
	return out
}
