package gin

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"sync/atomic"
	"testing"

	"github.com/gin-gonic/gin"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook/hooktest"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/serverspan"
)

type swappable struct {
	p atomic.Pointer[tracetest.SpanRecorder]
}

func (s *swappable) OnStart(ctx context.Context, x sdktrace.ReadWriteSpan) {
	s.p.Load().OnStart(ctx, x)
}
func (s *swappable) OnEnd(x sdktrace.ReadOnlySpan)    { s.p.Load().OnEnd(x) }
func (s *swappable) Shutdown(context.Context) error   { return nil }
func (s *swappable) ForceFlush(context.Context) error { return nil }

var recorder = &swappable{}

func TestMain(m *testing.M) {
	gin.SetMode(gin.ReleaseMode)
	recorder.p.Store(tracetest.NewSpanRecorder())
	otel.SetTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(recorder)))
	otel.SetTextMapPropagator(propagation.TraceContext{})
	os.Exit(m.Run())
}

func record() *tracetest.SpanRecorder {
	r := tracetest.NewSpanRecorder()
	recorder.p.Store(r)
	return r
}

// serve calls the engine as the instrumented one is called. Next, which gin
// calls itself, is played by a first handler.
func serve(e *gin.Engine, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	c := hooktest.New("github.com/gin-gonic/gin", "(*Engine).ServeHTTP", []any{e, http.ResponseWriter(w), r}, nil)
	c.Call(BeforeServeHTTP, AfterServeHTTP, func() { e.ServeHTTP(w, c.Params[2].(*http.Request)) })
	return w
}

func next(g *gin.Context) {
	c := hooktest.New("github.com/gin-gonic/gin", "(*Context).Next", []any{g}, nil)
	c.Call(BeforeNext, AfterNext, g.Next)
}

func engine() *gin.Engine {
	e := gin.New()
	e.Use(next, next)
	e.GET("/users/:id", func(c *gin.Context) {
		switch c.Param("id") {
		case "bad":
			_ = c.Error(errors.New("oh"))
			c.Status(500)
		case "panic":
			panic("boom")
		}
	})
	return e
}

func attr(s sdktrace.ReadOnlySpan, key string) string {
	for _, kv := range s.Attributes() {
		if string(kv.Key) == key {
			return kv.Value.Emit()
		}
	}
	return ""
}

func newRequest(path string) *http.Request { return httptest.NewRequest("GET", path, nil) }

func TestOwnServerSpan(t *testing.T) {
	rec := record()
	r := newRequest("/users/7?x=1")
	r.Header.Set("traceparent", "00-0102030405060708090a0b0c0d0e0f10-0102030405060708-01")
	serve(engine(), r)
	require.Len(t, rec.Ended(), 1)
	got := rec.Ended()[0]
	assert.Equal(t, "GET /users/:id", got.Name())
	assert.Equal(t, trace.SpanKindServer, got.SpanKind())
	assert.Equal(t, "0102030405060708", got.Parent().SpanID().String())
	for k, v := range map[string]string{"http.route": "/users/:id", "http.request.method": "GET", "url.path": "/users/7",
		"http.response.status_code": "200", "url.scheme": "http", "server.address": "example.com"} {
		assert.Equal(t, v, attr(got, k), k)
	}
}

func TestErrorsAndPanics(t *testing.T) {
	rec := record()
	serve(engine(), newRequest("/users/bad"))
	got := rec.Ended()[0]
	assert.Equal(t, codes.Error, got.Status().Code)
	assert.Equal(t, "500", attr(got, "error.type"))
	assert.Contains(t, attr(got, "gin.errors"), "oh")

	rec = record()
	assert.PanicsWithValue(t, "boom", func() { serve(engine(), newRequest("/users/panic")) })
	require.Len(t, rec.Ended(), 1)
	assert.Equal(t, codes.Error, rec.Ended()[0].Status().Code)
	require.Len(t, rec.Ended()[0].Events(), 1)
}

func TestNotFound(t *testing.T) {
	rec := record()
	serve(engine(), newRequest("/nothing"))
	assert.Equal(t, "GET", rec.Ended()[0].Name())
	assert.Equal(t, "404", attr(rec.Ended()[0], "http.response.status_code"))
}

func TestServerSpanThatExists(t *testing.T) {
	rec := record()
	ctx, sp := otel.Tracer("nethttp").Start(context.Background(), "GET", trace.WithSpanKind(trace.SpanKindServer))
	st := &serverspan.State{}
	st.SetSpan(sp)
	serve(engine(), newRequest("/users/7").WithContext(serverspan.NewContext(ctx, st, nil)))
	sp.End()
	require.Len(t, rec.Ended(), 1, "one server span a request")
	assert.Equal(t, "GET /users/:id", rec.Ended()[0].Name())
	assert.Equal(t, "/users/:id", attr(rec.Ended()[0], "http.route"))
}

func TestServerSpanOfTheProgram(t *testing.T) {
	rec := record()
	ctx, sp := otel.Tracer("by hand").Start(context.Background(), "mine", trace.WithSpanKind(trace.SpanKindServer))
	serve(engine(), newRequest("/users/7").WithContext(ctx))
	sp.End()
	require.Len(t, rec.Ended(), 1)
	assert.Equal(t, "mine", rec.Ended()[0].Name())
}

func TestNothingShowsInTheEngine(t *testing.T) {
	e := engine()
	n := len(e.Handlers)
	serve(e, newRequest("/users/7"))
	assert.Len(t, e.Handlers, n)
}
