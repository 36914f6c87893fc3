package redis

import (
	"context"
	"errors"
	"net"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/codes"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook/hooktest"
)

var (
	recorder = tracetest.NewInMemoryExporter()
	reader   = sdkmetric.NewManualReader()
	address  string
)

func TestMain(m *testing.M) {
	otel.SetTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithSyncer(recorder)))
	otel.SetMeterProvider(sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader)))
	stop := startRedis()
	code := m.Run()
	stop()
	os.Exit(code)
}

// startRedis leaves address empty where no redis-server is installed.
func startRedis() func() {
	path, err := exec.LookPath("redis-server")
	if err != nil {
		return func() {}
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return func() {}
	}
	addr := l.Addr().String()
	_, port, _ := net.SplitHostPort(addr)
	l.Close()
	cmd := exec.Command(path, "--bind", "127.0.0.1", "--port", port, "--save", "", "--appendonly", "no", "--dir", os.TempDir())
	if cmd.Start() != nil {
		return func() {}
	}
	for range 200 {
		if c, err := net.Dial("tcp", addr); err == nil {
			c.Close()
			address = addr
			break
		}
		time.Sleep(25 * time.Millisecond)
	}
	return func() { _ = cmd.Process.Kill(); _ = cmd.Wait() }
}

func newClient(t *testing.T) *redis.Client {
	t.Helper()
	if address == "" {
		t.Skip("redis-server is not installed")
	}
	c := redis.NewClient(&redis.Options{Addr: address, DB: 3})
	h := hooktest.New("github.com/redis/go-redis/v9", "NewClient", []any{c.Options()}, []any{c})
	AfterNewClient(h)
	t.Cleanup(func() { c.Close() })
	recorder.Reset()
	return c
}

func attrs(s tracetest.SpanStub) map[string]string {
	m := map[string]string{}
	for _, kv := range s.Attributes {
		m[string(kv.Key)] = kv.Value.Emit()
	}
	return m
}

var bg = context.Background()

func TestCommand(t *testing.T) {
	c := newClient(t)
	require.NoError(t, c.Set(bg, "key", "secret", time.Minute).Err())
	require.ErrorIs(t, c.Get(bg, "missing").Err(), redis.Nil)
	got := recorder.GetSpans()
	require.Len(t, got, 2, "connecting makes no spans")
	host, port, _ := net.SplitHostPort(address)
	assert.Equal(t, "SET", got[0].Name)
	assert.Equal(t, trace.SpanKindClient, got[0].SpanKind)
	assert.Equal(t, map[string]string{
		"db.system.name": "redis", "db.namespace": "3", "db.operation.name": "SET", "db.query.text": "SET key ? ? ?",
		"server.address": host, "server.port": port,
	}, attrs(got[0]))
	assert.Equal(t, codes.Unset, got[1].Status.Code, "a missing key is no error")
}

func TestServerError(t *testing.T) {
	c := newClient(t)
	require.NoError(t, c.Set(bg, "str", "x", 0).Err())
	require.Error(t, c.LPush(bg, "str", "y").Err())
	got := recorder.GetSpans()[1]
	assert.Equal(t, codes.Error, got.Status.Code)
	assert.Equal(t, "WRONGTYPE", attrs(got)["db.response.status_code"])
	assert.Equal(t, "WRONGTYPE", attrs(got)["error.type"])
	assert.Equal(t, "LPUSH str ?", attrs(got)["db.query.text"])
}

func TestPipelines(t *testing.T) {
	c := newClient(t)
	_, err := c.Pipelined(bg, func(p redis.Pipeliner) error {
		p.Set(bg, "a", 1, 0)
		p.Set(bg, "b", 2, 0)
		return nil
	})
	require.NoError(t, err)
	_, err = c.TxPipelined(bg, func(p redis.Pipeliner) error {
		p.Incr(bg, "a")
		p.Get(bg, "b")
		return nil
	})
	require.NoError(t, err)
	got := recorder.GetSpans()
	require.Len(t, got, 2)
	assert.Equal(t, "PIPELINE SET", got[0].Name)
	assert.Equal(t, "2", attrs(got[0])["db.operation.batch.size"])
	assert.Equal(t, "SET a ?\nSET b ?", attrs(got[0])["db.query.text"])
	assert.Equal(t, "MULTI", got[1].Name)
	assert.Equal(t, "2", attrs(got[1])["db.operation.batch.size"])
	assert.Equal(t, "MULTI\nINCR a\nGET b\nEXEC", attrs(got[1])["db.query.text"])
}

func TestDown(t *testing.T) {
	c := redis.NewClient(&redis.Options{Addr: "127.0.0.1:1", MaxRetries: -1})
	defer c.Close()
	AfterNewClient(hooktest.New("", "NewClient", nil, []any{c}))
	recorder.Reset()
	require.Error(t, c.Get(bg, "k").Err())
	got := recorder.GetSpans()
	require.Len(t, got, 1)
	assert.Equal(t, codes.Error, got[0].Status.Code)
	assert.Equal(t, "net.OpError", attrs(got[0])["error.type"])
	assert.Equal(t, "127.0.0.1", attrs(got[0])["server.address"])
}

func TestRing(t *testing.T) {
	newClient(t)
	r := redis.NewRing(&redis.RingOptions{Addrs: map[string]string{"one": address}, NewClient: func(o *redis.Options) *redis.Client {
		c := redis.NewClient(o) // hooked as every client
		AfterNewClient(hooktest.New("", "NewClient", nil, []any{c}))
		return c
	}})
	defer r.Close()
	AfterNewRing(hooktest.New("", "NewRing", nil, []any{r}))
	recorder.Reset()
	require.NoError(t, r.Set(bg, "k", "v", 0).Err())
	var sets int
	for _, s := range recorder.GetSpans() {
		if s.Name == "SET" {
			sets++
		}
	}
	assert.Equal(t, 1, sets, "one span for an operation, none for the node's part in it")
}

func TestDuration(t *testing.T) {
	c := newClient(t)
	require.NoError(t, c.Ping(bg).Err())
	var rm metricdata.ResourceMetrics
	require.NoError(t, reader.Collect(bg, &rm))
	for _, sm := range rm.ScopeMetrics {
		for _, m := range sm.Metrics {
			if m.Name != "db.client.operation.duration" {
				continue
			}
			assert.Equal(t, "s", m.Unit)
			for _, p := range m.Data.(metricdata.Histogram[float64]).DataPoints {
				if v, _ := p.Attributes.Value("db.operation.name"); v.AsString() == "PING" {
					_, text := p.Attributes.Value("db.query.text")
					assert.False(t, text, "the text is no dimension")
					return
				}
			}
		}
	}
	t.Error("no db.client.operation.duration of PING")
}

func TestSwitchedOff(t *testing.T) {
	c := newClient(t)
	hook.SetEnabled("redis", false)
	defer hook.SetEnabled("redis", true)
	require.NoError(t, c.Ping(bg).Err())
	assert.Empty(t, recorder.GetSpans())
}

func TestQueryText(t *testing.T) {
	for _, c := range []struct {
		args []any
		name string
		text string
	}{
		{[]any{"get", "k"}, "GET", "GET k"},
		{[]any{"mset", "a", "1", "b", "2"}, "MSET", "MSET a ? b ?"},
		{[]any{"del", "a", "b"}, "DEL", "DEL a b"},
		{[]any{"hset", "h", "f", "v"}, "HSET", "HSET h ? ?"},
		{[]any{"auth", "user", "password"}, "AUTH", "AUTH ? ?"},
		{[]any{"eval", "return 1", 0}, "EVAL", "EVAL ? ?"},
		{[]any{"config", "set", "requirepass", "x"}, "CONFIG SET", "CONFIG SET ? ?"},
		{[]any{"newcommand", "x"}, "NEWCOMMAND", "NEWCOMMAND ?"},
	} {
		cmd := redis.NewCmd(bg, c.args...)
		assert.Equal(t, c.name, operationName(cmd))
		assert.Equal(t, c.text, queryText(cmd))
	}
	long := []any{"del"}
	for i := range 100 {
		long = append(long, "k"+strconv.Itoa(i))
	}
	assert.Less(t, len(queryText(redis.NewCmd(bg, long...))), 200)
}

func TestHousekeeping(t *testing.T) {
	for _, args := range [][]any{{"hello", 3}, {"client", "setinfo", "lib-name", "x"}, {"select", 1}, {"cluster", "slots"}, {"command"}} {
		assert.True(t, isHousekeeping(redis.NewCmd(bg, args...)), "%v", args)
	}
	for _, args := range [][]any{{"get", "k"}, {"client", "list"}, {"cluster", "info"}, {"command", "docs"}} {
		assert.False(t, isHousekeeping(redis.NewCmd(bg, args...)), "%v", args)
	}
}

func TestErrorType(t *testing.T) {
	kind, _ := errorType(context.DeadlineExceeded)
	assert.Equal(t, "context.DeadlineExceeded", kind)
	kind, _ = errorType(errors.New("x"))
	assert.Equal(t, "errors.errorString", kind)
	kind, _ = errorType(&net.OpError{Op: "dial", Err: errors.New("x")})
	assert.Equal(t, "net.OpError", kind)
}

func TestAddress(t *testing.T) {
	assert.Empty(t, addressAttributes("", ""))
	assert.Len(t, addressAttributes("tcp", "redis:6379"), 2)
	assert.Len(t, addressAttributes("unix", "/run/redis.sock"), 2)
}
