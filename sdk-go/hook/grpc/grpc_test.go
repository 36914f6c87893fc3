package grpc

import (
	"context"
	"net"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health"
	pb "google.golang.org/grpc/health/grpc_health_v1"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/goctx"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook/hooktest"
)

var (
	recorder = tracetest.NewInMemoryExporter()
	bg       = context.Background()
)

func TestMain(m *testing.M) {
	otel.SetTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithSyncer(recorder)))
	otel.SetTextMapPropagator(propagation.TraceContext{})
	os.Exit(m.Run())
}

// newServer makes a server as an instrumented program would.
func newServer(opts ...grpc.ServerOption) (s *grpc.Server) {
	c := hooktest.New("google.golang.org/grpc", "NewServer", []any{opts}, []any{s})
	c.Call(BeforeNewServer, nil, func() { s = grpc.NewServer(c.Params[0].([]grpc.ServerOption)...) })
	c.Results[0] = s
	AfterNewServer(c)
	return s
}

func newClient(target string, opts ...grpc.DialOption) (cc *grpc.ClientConn, err error) {
	c := hooktest.New("google.golang.org/grpc", "NewClient", []any{target, opts}, []any{cc, err})
	c.Call(BeforeNewClient, nil, func() { cc, err = grpc.NewClient(target, c.Params[1].([]grpc.DialOption)...) })
	c.Results[0] = cc
	AfterNewClient(c)
	return cc, err
}

func connect(t *testing.T, so []grpc.ServerOption, co []grpc.DialOption) pb.HealthClient {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	s := newServer(so...)
	pb.RegisterHealthServer(s, health.NewServer())
	go func() { _ = s.Serve(l) }()
	t.Cleanup(s.Stop)
	cc, err := newClient(l.Addr().String(), append(co, grpc.WithTransportCredentials(insecure.NewCredentials()))...)
	require.NoError(t, err)
	t.Cleanup(func() { cc.Close() })
	recorder.Reset()
	return pb.NewHealthClient(cc)
}

func spans(t *testing.T, n int) map[trace.SpanKind]tracetest.SpanStub {
	t.Helper()
	assert.Eventually(t, func() bool { return len(recorder.GetSpans()) >= n }, 5*time.Second, time.Millisecond)
	time.Sleep(20 * time.Millisecond)
	require.Len(t, recorder.GetSpans(), n)
	m := map[trace.SpanKind]tracetest.SpanStub{}
	for _, s := range recorder.GetSpans() {
		m[s.SpanKind] = s
	}
	return m
}

func attr(s tracetest.SpanStub, key string) string {
	for _, kv := range s.Attributes {
		if string(kv.Key) == key {
			return kv.Value.Emit()
		}
	}
	return ""
}

func TestUnary(t *testing.T) {
	c := connect(t, nil, nil)
	_, err := c.Check(bg, &pb.HealthCheckRequest{})
	require.NoError(t, err)
	got := spans(t, 2)
	client, server := got[trace.SpanKindClient], got[trace.SpanKindServer]
	assert.Equal(t, "grpc.health.v1.Health/Check", client.Name)
	assert.Equal(t, client.SpanContext.SpanID(), server.Parent.SpanID())
	assert.Equal(t, "grpc", attr(client, "rpc.system.name"))
	assert.Equal(t, "OK", attr(client, "rpc.response.status_code"))
	assert.Empty(t, attr(client, "rpc.system"), "no old conventions")
}

func TestErrorsAndStreams(t *testing.T) {
	c := connect(t, nil, nil)
	_, err := c.Check(bg, &pb.HealthCheckRequest{Service: "unknown"})
	require.Error(t, err)
	got := spans(t, 2)
	assert.Equal(t, codes.Error, got[trace.SpanKindClient].Status.Code)
	assert.Equal(t, codes.Unset, got[trace.SpanKindServer].Status.Code, "the caller's mistake")
	recorder.Reset()
	ctx, cancel := context.WithCancel(bg)
	stream, err := c.Watch(ctx, &pb.HealthCheckRequest{})
	require.NoError(t, err)
	_, err = stream.Recv()
	require.NoError(t, err)
	cancel()
	got = spans(t, 2)
	assert.Equal(t, "CANCELLED", attr(got[trace.SpanKindClient], "rpc.response.status_code"))
}

func TestProgramsOwnHandlerWins(t *testing.T) {
	c := connect(t, []grpc.ServerOption{grpc.StatsHandler(otelgrpc.NewServerHandler())},
		[]grpc.DialOption{grpc.WithStatsHandler(otelgrpc.NewClientHandler())})
	_, err := c.Check(bg, &pb.HealthCheckRequest{})
	require.NoError(t, err)
	spans(t, 2)
}

// A call that makes no span must not end the one around it.
func TestOffAndSuppressed(t *testing.T) {
	c := connect(t, nil, nil)
	ctx, span := otel.Tracer("test").Start(bg, "around")
	hook.SetEnabled("grpc", false)
	_, err := c.Check(ctx, &pb.HealthCheckRequest{})
	hook.SetEnabled("grpc", true)
	require.NoError(t, err)
	quiet, resume := goctx.Suppress(ctx)
	_, err = c.Check(quiet, &pb.HealthCheckRequest{})
	resume()
	require.NoError(t, err)
	assert.True(t, span.IsRecording())
	for _, s := range recorder.GetSpans() {
		assert.Equal(t, trace.SpanKindServer, s.SpanKind)
	}
	span.End()
}

func TestExportsMakeNoSpans(t *testing.T) {
	assert.True(t, isExport("/opentelemetry.proto.collector.trace.v1.TraceService/Export"))
	assert.False(t, isExport("/grpc.health.v1.Health/Check"))
}
