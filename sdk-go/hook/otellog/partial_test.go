package otellog

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestPartial(t *testing.T) {
	assert.Equal(t, []Level{
		{Fields: []Field{{"a", int64(1)}, {"o", map[string]any{"x": []any{1.5, nil, map[string]any{}}}}, {"s", "}"}}},
		{Name: "g", Fields: []Field{{"b", true}}},
		{Name: "h"},
	}, FromJSON([]byte(`"a":1,"o":{"x":[1.5,null,{}]},"s":"}","g":{"b":true,"h":{`)))
	assert.Equal(t, []Level{{}}, FromJSON(nil))
	assert.Equal(t, []Level{{Fields: []Field{{"a", "b"}}}}, FromJSON([]byte(`"a":"b",]`)))
	assert.Equal(t, Level{Fields: []Field{{"a", "1"}, {"g.b c", "x = \"y\""}, {"d", ""}}},
		FromText(`a=1 "g.b c"="x = \"y\"" d=`))
	assert.Equal(t, Level{Fields: []Field{{"a", "1"}}}, FromText(`a=1 nonsense`))
}
