package zerolog

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/log"
)

func TestRecord(t *testing.T) {
	fields, err := parse([]byte(`{"level":"warn","n":9007199254740993,"f":1.5,"s":"x","list":[1,"a"],"o":{"b":true},"error":"broken","time":"2026-01-02T03:04:05Z","message":"hello"}`))
	require.NoError(t, err)
	r := record(fields)
	assert.Equal(t, log.SeverityWarn, r.Severity())
	assert.Equal(t, "warn", r.SeverityText())
	assert.Equal(t, "hello", r.Body().AsString())
	assert.Equal(t, time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), r.Timestamp())
	var got []attribute.KeyValue
	r.WalkAttributes(func(kv attribute.KeyValue) bool { got = append(got, kv); return true })
	assert.Equal(t, []attribute.KeyValue{
		attribute.String("exception.message", "broken"),
		attribute.Float64("f", 1.5),
		{Key: "list", Value: attribute.SliceValue(attribute.Int64Value(1), attribute.StringValue("a"))},
		attribute.Int64("n", 9007199254740993),
		{Key: "o", Value: attribute.MapValue(attribute.Bool("b", true))},
		attribute.String("s", "x"),
	}, got)
	_, err = parse([]byte("\xbf}"))
	assert.Error(t, err, "CBOR")
}
