package zap

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook/hooktest"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/logids"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/spantest"
)

func TestIDs(t *testing.T) {
	goroutine := spantest.Goroutine(t)
	ctx, sc := spantest.Live(t)
	config := zapcore.EncoderConfig{MessageKey: "m"}
	ids := `"trace_id":"` + sc.TraceID().String() + `","span_id":"` + sc.SpanID().String() + `"`
	spaced := strings.NewReplacer(`":"`, `": "`, `","`, `", "`).Replace(ids)
	for _, test := range []struct {
		with, fields  []zapcore.Field
		json, console string
	}{
		{nil, nil, `{"m":"m",IDS}`, `m	{IDS}`},
		{nil, []zapcore.Field{zap.Int("a", 1)}, `{"m":"m",IDS,"a":1}`, `m	{IDS, "a": 1}`},
		{nil, []zapcore.Field{zap.Namespace("n"), zap.Int("a", 1)}, `{"m":"m",IDS,"n":{"a":1}}`, `m	{IDS, "n": {"a": 1}}`},
		{[]zapcore.Field{zap.Int("b", 2), zap.Namespace("n")}, []zapcore.Field{zap.Int("a", 1)},
			`{"m":"m",IDS,"b":2,"n":{"a":1}}`, `m	{IDS, "b": 2, "n": {"a": 1}}`},
		{[]zapcore.Field{zap.String(logids.TraceKey, "mine")}, nil, `{"m":"m","trace_id":"mine"}`, `m	{"trace_id": "mine"}`},
		{nil, []zapcore.Field{zap.String(logids.TraceKey, "mine")}, `{"m":"m","trace_id":"mine"}`, `m	{"trace_id": "mine"}`},
	} {
		for i, enc := range []zapcore.Encoder{zapcore.NewJSONEncoder(config), zapcore.NewConsoleEncoder(config)} {
			var b bytes.Buffer
			core := zapcore.NewCore(enc, zapcore.AddSync(&b), zap.DebugLevel).With(test.with)
			write := func() string {
				b.Reset()
				c := hooktest.New("zapcore", "(*ioCore).Write", []any{core, zapcore.Entry{Message: "m"}, test.fields}, []any{nil})
				c.Call(BeforeWrite, nil, func() {
					require.NoError(t, c.Params[0].(zapcore.Core).Write(c.Params[1].(zapcore.Entry), c.Params[2].([]zapcore.Field)))
				})
				return strings.TrimSpace(b.String())
			}
			goroutine(ctx)
			if i == 0 {
				assert.Equal(t, strings.ReplaceAll(test.json, "IDS", ids), write())
			} else {
				assert.Equal(t, strings.ReplaceAll(test.console, "IDS", spaced), write())
			}
			goroutine(nil)
			assert.NotContains(t, write(), sc.TraceID().String(), "no span, no ids; the core is as it was")
		}
	}

	// A field that holds a context.
	var b bytes.Buffer
	core := zapcore.NewCore(zapcore.NewJSONEncoder(config), zapcore.AddSync(&b), zap.DebugLevel)
	c := hooktest.New("zapcore", "(*ioCore).Write", []any{core, zapcore.Entry{}, []zapcore.Field{{Key: "ctx", Type: zapcore.SkipType, Interface: ctx}}}, []any{nil})
	c.Call(BeforeWrite, nil, func() { require.NoError(t, core.Write(zapcore.Entry{}, c.Params[2].([]zapcore.Field))) })
	assert.Contains(t, b.String(), ids)
}
