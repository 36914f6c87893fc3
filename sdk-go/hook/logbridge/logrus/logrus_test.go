package logrus

import (
	"errors"
	"testing"

	"github.com/sirupsen/logrus"
	"github.com/stretchr/testify/assert"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook/hooktest"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook/otellog/otellogtest"
)

func TestLogrus(t *testing.T) {
	records := otellogtest.Install()
	e := logrus.New().WithField("b", []int{1, 2}).WithField("a", 1).WithError(errors.New("broken"))
	e.Level, e.Message = logrus.WarnLevel, "m"
	hooktest.New("logrus", "(*Entry).fireHooks", []any{e}, nil).Call(BeforeFireHooks, nil, nil)
	assert.Equal(t, []string{"github.com/sirupsen/logrus WARN m a=1 b=[1,2] err: broken"}, records.Take())
}
