// Package attr makes attributes that hook packages of several libraries have.
package attr

import (
	"strconv"

	"go.opentelemetry.io/otel/attribute"
)

// Address returns server.address and server.port.
func Address(host, port string) []attribute.KeyValue {
	if host == "" {
		return nil
	}
	out := []attribute.KeyValue{attribute.String("server.address", host)}
	if n, err := strconv.Atoi(port); err == nil && n > 0 {
		out = append(out, attribute.Int("server.port", n))
	}
	return out
}

// Value converts values of Go's predeclared types, and slices of some; false for a
// type that has no attribute of its own.
func Value(v any) (attribute.Value, bool) {
	switch v := v.(type) {
	case string:
		return attribute.StringValue(v), true
	case bool:
		return attribute.BoolValue(v), true
	case int:
		return attribute.IntValue(v), true
	case int8:
		return attribute.Int64Value(int64(v)), true
	case int16:
		return attribute.Int64Value(int64(v)), true
	case int32:
		return attribute.Int64Value(int64(v)), true
	case int64:
		return attribute.Int64Value(v), true
	case uint8:
		return attribute.Int64Value(int64(v)), true
	case uint16:
		return attribute.Int64Value(int64(v)), true
	case uint32:
		return attribute.Int64Value(int64(v)), true
	case float32:
		return attribute.Float64Value(float64(v)), true
	case float64:
		return attribute.Float64Value(v), true
	case []string:
		return attribute.StringSliceValue(v), true
	case []int:
		return attribute.IntSliceValue(v), true
	case []int64:
		return attribute.Int64SliceValue(v), true
	case []float64:
		return attribute.Float64SliceValue(v), true
	case []bool:
		return attribute.BoolSliceValue(v), true
	}
	return attribute.Value{}, false
}
