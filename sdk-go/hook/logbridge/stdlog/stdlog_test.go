package stdlog

import (
	"bytes"
	"io"
	"log"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook/hooktest"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook/otellog/otellogtest"
)

// use is what a call of a logger's method does to its receiver.
func use(l *slog.Logger) *slog.Logger {
	c := hooktest.New("log/slog", "(*Logger).log", []any{l}, nil)
	c.Call(BeforeUse, nil, nil)
	return c.Params[0].(*slog.Logger)
}

// middle is a handler that cannot be compared.
type middle struct {
	slog.Handler
	_ []int
}

func TestSlog(t *testing.T) {
	records := otellogtest.Install()
	var b bytes.Buffer
	older := slog.New(slog.NewTextHandler(&b, nil)).With("a", 1)
	use(older).Info("m", "b", 2)
	assert.Equal(t, []string{"log/slog INFO m a=1 b=2"}, records.Take())
	assert.Contains(t, b.String(), "msg=m a=1 b=2")
	assert.Same(t, use(older), use(older))
	use(older).Debug("not enabled")
	assert.Empty(t, records.Take())
	use(use(older).WithGroup("g").With("c", 3)).Warn("m", "b", 2)
	assert.Equal(t, []string{`log/slog WARN m a=1 g={"b":2,"c":3}`}, records.Take())

	asJSON := slog.New(slog.NewJSONHandler(&b, nil)).With("a", 1).WithGroup("g").With("c", true).WithGroup("h")
	use(asJSON).Info("m", "b", 2)
	assert.Equal(t, []string{`log/slog INFO m a=1 g={"c":true,"h":{"b":2}}`}, records.Take())

	// A handler that hands on to another logger's: once.
	c := hooktest.New("log/slog", "New", []any{middle{Handler: use(older).Handler()}}, nil)
	c.Call(BeforeNew, nil, nil)
	slog.New(c.Params[0].(slog.Handler)).Error("m")
	assert.Equal(t, []string{"log/slog ERROR m"}, records.Take())

	// slog's default handler stays what SetDefault knows.
	old := log.Writer()
	log.SetOutput(&b)
	defer log.SetOutput(old)
	with := use(slog.Default()).With("a", 1)
	c = hooktest.New("log/slog", "SetDefault", []any{with}, nil)
	c.Call(BeforeSetDefault, nil, nil)
	plain := c.Params[0].(*slog.Logger)
	assert.NotContains(t, []any{plain.Handler()}, with.Handler())
	was := slog.Default()
	slog.SetDefault(plain)
	defer slog.SetDefault(was)
	log.Print("not through slog")
	assert.Empty(t, records.Take())
	use(slog.Default()).Info("m")
	assert.Equal(t, []string{"log/slog INFO m a=1"}, records.Take())
	c = hooktest.New("log/slog", "New", []any{was.Handler()}, nil)
	c.Call(BeforeNew, nil, nil)
	assert.Equal(t, was.Handler(), c.Params[0])
}

func TestLog(t *testing.T) {
	records := otellogtest.Install()
	var b bytes.Buffer
	output := func(l *log.Logger, depth int, text string) {
		c := hooktest.New("log", "(*Logger).output", []any{l, uintptr(0), depth, func(b []byte) []byte { return append(b, text...) }}, []any{nil})
		c.Call(BeforeOutput, nil, func() { b.Write(c.Params[3].(func([]byte) []byte)(nil)) })
	}
	output(log.New(&b, "prefix ", log.LstdFlags), 2, "hello\n")
	assert.Equal(t, []string{"log INFO hello"}, records.Take())
	assert.Equal(t, "hello\n", b.String())
	output(log.New(io.Discard, "", 0), 2, "nobody")
	output(log.New(&b, "", 0), 0, "slog's default handler")
	output(slog.NewLogLogger(slog.NewTextHandler(&b, nil), slog.LevelInfo), 2, "to slog")
	assert.Empty(t, records.Take())
}
