package logrus

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/sirupsen/logrus"
	"github.com/stretchr/testify/assert"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook/hooktest"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/logids"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/spantest"
)

func fire(e *logrus.Entry) *logrus.Entry {
	e = e.Dup()
	hooktest.New("logrus", "(*Entry).fireHooks", []any{e}, nil).Call(BeforeFireHooks, nil, func() {})
	return e
}

func TestIDs(t *testing.T) {
	goroutine := spantest.Goroutine(t)
	ctx, sc := spantest.Live(t)
	l := logrus.New()
	l.SetFormatter(&logrus.JSONFormatter{})
	assert.NotContains(t, fire(logrus.NewEntry(l)).Data, logids.TraceKey, "no span, no ids")
	e := l.WithContext(ctx).WithField("a", 1)
	text, err := fire(e).Bytes()
	assert.NoError(t, err)
	assert.Equal(t, 1, bytes.Count(text, []byte(`"trace_id":"`+sc.TraceID().String()+`"`)))
	assert.Equal(t, 1, bytes.Count(text, []byte(`"span_id":"`+sc.SpanID().String()+`"`)))
	assert.NotContains(t, e.Data, logids.TraceKey, "the program's entry is as it was")
	assert.Equal(t, "mine", fire(e.WithField(logids.TraceKey, "mine")).Data[logids.TraceKey])
	assert.NotContains(t, fire(e.WithField(logids.TraceKey, "mine")).Data, logids.SpanKey)

	goroutine(ctx)
	s, err := fire(l.WithContext(context.Background())).String()
	assert.NoError(t, err)
	assert.Equal(t, 1, strings.Count(s, sc.TraceID().String()), "the goroutine's span")
}
