// Package grpc instruments gRPC servers and clients with the official otelgrpc,
// installed as a stats handler of each server and client connection.
//
// A server or connection that the program gives an otelgrpc handler of its own
// keeps that one alone. Switching "grpc" off at run time makes the handlers
// pass calls on; servers and connections that are made while it is off stay
// uninstrumented.
package grpc

import (
	"context"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"

	"go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc"
	"go.opentelemetry.io/otel"
	"google.golang.org/grpc"
	"google.golang.org/grpc/stats"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/goctx"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/registry"
)

const library = "grpc"

var (
	serverOn = registry.Switch("grpc_server", library)
	clientOn = registry.Switch("grpc_client", library)
)

// The instruments are made once and shared.
var (
	tracedServer = sync.OnceValue(func() stats.Handler {
		return otelgrpc.NewServerHandler(
			otelgrpc.WithTracerProvider(otel.GetTracerProvider()),
			otelgrpc.WithMeterProvider(otel.GetMeterProvider()))
	})
	tracedClient = sync.OnceValue(func() stats.Handler {
		return otelgrpc.NewClientHandler(
			otelgrpc.WithTracerProvider(otel.GetTracerProvider()),
			otelgrpc.WithMeterProvider(otel.GetMeterProvider()))
	})
)

// BeforeNewServer adds a stats handler to a server's options.
func BeforeNewServer(c hook.Context) {
	opts, _ := c.GetParam(0).([]grpc.ServerOption)
	h := &handler{traced: tracedServer(), on: serverOn}
	c.SetData(h)
	// First, so that handlers of the program see the span. The program's own
	// slice stays as it is.
	c.SetParam(0, append([]grpc.ServerOption{grpc.StatsHandler(h)}, opts...))
}

// AfterNewServer gives way to an otelgrpc of the program's own: options are
// functions, so only the finished server shows what they hold.
func AfterNewServer(c hook.Context) {
	h, _ := c.GetData().(*handler)
	if s, _ := c.GetReturnVal(0).(*grpc.Server); s != nil && h != nil {
		h.off.Store(hasOtelgrpc(reflect.ValueOf(s), "opts", "statsHandlers"))
	}
}

// BeforeNewClient adds a stats handler to a connection's options. Dial and
// DialContext call NewClient.
func BeforeNewClient(c hook.Context) {
	opts, _ := c.GetParam(1).([]grpc.DialOption)
	h := &handler{traced: tracedClient(), on: clientOn}
	c.SetData(h)
	c.SetParam(1, append([]grpc.DialOption{grpc.WithStatsHandler(h)}, opts...))
}

// AfterNewClient is AfterNewServer for a connection.
func AfterNewClient(c hook.Context) {
	h, _ := c.GetData().(*handler)
	if cc, _ := c.GetReturnVal(0).(*grpc.ClientConn); cc != nil && h != nil {
		h.off.Store(hasOtelgrpc(reflect.ValueOf(cc), "dopts", "copts", "StatsHandlers"))
	}
}

// handler stands before otelgrpc's. It must not let calls through to it that
// otelgrpc has not tagged: it would end the span it finds in their context.
type handler struct {
	traced stats.Handler
	on     *atomic.Bool
	off    atomic.Bool // the program has its own
}

type taggedKey struct{}

func (h *handler) TagRPC(ctx context.Context, info *stats.RPCTagInfo) context.Context {
	if !h.on.Load() || h.off.Load() || isExport(info.FullMethodName) || goctx.Suppressed(ctx) {
		if ctx.Value(taggedKey{}) != nil { // of the call around this one
			ctx = context.WithValue(ctx, taggedKey{}, nil)
		}
		return ctx
	}
	return context.WithValue(h.traced.TagRPC(ctx, info), taggedKey{}, h)
}

func (h *handler) HandleRPC(ctx context.Context, s stats.RPCStats) {
	if tagged, _ := ctx.Value(taggedKey{}).(*handler); tagged == h {
		h.traced.HandleRPC(ctx, s)
	}
}

func (h *handler) TagConn(ctx context.Context, _ *stats.ConnTagInfo) context.Context { return ctx }

func (h *handler) HandleConn(context.Context, stats.ConnStats) {}

// isExport tells calls of an OTLP exporter, whatever goroutine they are made
// on: each would make the next.
func isExport(method string) bool {
	return strings.HasPrefix(method, "/opentelemetry.proto.collector.")
}

var ownPackage = reflect.TypeFor[handler]().PkgPath()

// hasOtelgrpc looks for otelgrpc's handlers in the slice that the path of
// fields leads to.
func hasOtelgrpc(v reflect.Value, path ...string) bool {
	for _, name := range path {
		if v.Kind() == reflect.Pointer {
			v = v.Elem()
		}
		if v.Kind() != reflect.Struct {
			return false
		}
		v = v.FieldByName(name)
	}
	if v.Kind() != reflect.Slice {
		return false
	}
	for i := range v.Len() {
		h := v.Index(i)
		for h.Kind() == reflect.Interface || h.Kind() == reflect.Pointer {
			h = h.Elem()
		}
		if !h.IsValid() {
			continue
		}
		if path := h.Type().PkgPath(); path != ownPackage && strings.HasSuffix(path, "/otelgrpc") {
			return true
		}
	}
	return false
}
