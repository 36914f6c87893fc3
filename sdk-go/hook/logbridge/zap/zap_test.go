package zap

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook/hooktest"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook/otellog/otellogtest"
)

func use(l *zap.Logger) *zap.Logger {
	c := hooktest.New("zap", "(*Logger).check", []any{l}, nil)
	c.Call(BeforeUse, nil, nil)
	return c.Params[0].(*zap.Logger)
}

func core(b *bytes.Buffer, level zapcore.Level) zapcore.Core {
	return zapcore.NewCore(zapcore.NewJSONEncoder(zapcore.EncoderConfig{MessageKey: "m"}), zapcore.AddSync(b), level)
}

func TestZap(t *testing.T) {
	records := otellogtest.Install()
	var b, b2 bytes.Buffer
	older := zap.New(zapcore.NewTee(core(&b, zap.InfoLevel), core(&b2, zap.ErrorLevel))).With(zap.Int("a", 1))
	use(older).Info("m", zap.Int("b", 2))
	assert.Equal(t, []string{"go.uber.org/zap INFO m a=1 b=2"}, records.Take())
	use(older).Debug("not enabled")
	assert.Empty(t, records.Take())
	use(older).Named("named").Sugar().With("c", 3).Errorw("m", zap.Error(errors.New("broken")))
	assert.Equal(t, []string{"named ERROR m a=1 c=3 err: broken"}, records.Take())
	assert.Contains(t, b.String(), `"a":1`)
	assert.Contains(t, b2.String(), `broken`)

	c := hooktest.New("zap", "New", []any{zapcore.NewSamplerWithOptions(core(&b, zap.InfoLevel), time.Hour, 1, 0)}, nil)
	c.Call(BeforeNew, nil, nil)
	l := zap.New(c.Params[0].(zapcore.Core))
	assert.Equal(t, zap.InfoLevel, l.Level())
	for range 3 {
		l.Info("sampled")
	}
	assert.Equal(t, []string{"go.uber.org/zap INFO sampled"}, records.Take())
	nop := zap.NewNop()
	assert.Same(t, nop, use(nop))
}
