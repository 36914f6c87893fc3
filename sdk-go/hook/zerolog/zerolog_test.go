package zerolog

import (
	"bytes"
	"strings"
	"testing"

	"github.com/rs/zerolog"
	"github.com/stretchr/testify/assert"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook/hooktest"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/logids"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/spantest"
)

func TestIDs(t *testing.T) {
	goroutine := spantest.Goroutine(t)
	ctx, sc := spantest.Live(t)
	var b bytes.Buffer
	l := zerolog.New(&b)
	write := func(e *zerolog.Event) string {
		b.Reset()
		hooktest.New("zerolog", "(*Event).write", []any{e}, []any{nil}).Call(BeforeWrite, nil, func() { e.Send() })
		return strings.TrimSpace(b.String())
	}
	ids := `"trace_id":"` + sc.TraceID().String() + `","span_id":"` + sc.SpanID().String() + `"}`
	assert.Equal(t, `{"level":"info","a":1}`, write(l.Info().Int("a", 1)), "no span, no ids")
	assert.Equal(t, `{"level":"info","a":1,`+ids, write(l.Info().Int("a", 1).Ctx(ctx)))
	assert.Equal(t, `{`+ids, write(l.Log().Ctx(ctx)))
	assert.Equal(t, `{"level":"info","d":{"b":2},`+ids, write(l.Info().Ctx(ctx).Dict("d", zerolog.Dict().Int("b", 2))))
	assert.Equal(t, `{"level":"info","trace_id":"mine"}`, write(l.Info().Ctx(ctx).Str(logids.TraceKey, "mine")))
	with := l.With().Ctx(ctx).Logger()
	assert.Equal(t, `{"level":"info",`+ids, write(with.Info()))
	off := l.Level(zerolog.ErrorLevel)
	assert.Empty(t, write(off.Info().Ctx(ctx)))
	goroutine(ctx)
	assert.Equal(t, `{"level":"error",`+ids, write(off.Error()), "the goroutine's span")
}
