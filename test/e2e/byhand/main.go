// Command byhand uses OpenTelemetry itself, of the newest versions: spans of its
// own, otelhttp on its server and client, a logger that
// is bridged, and, if told so, a provider of its
// own. It prints what that provider was given.
package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"

	"go.opentelemetry.io/contrib/bridges/otelslog"
	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
)

// Taken before any provider can be set.
var (
	tracer = otel.Tracer("byhand")
	logger = otelslog.NewLogger("byhand")
)

func main() {
	memory := tracetest.NewInMemoryExporter()
	if os.Args[1] == "own" {
		otel.SetTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithSyncer(memory)))
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, span := tracer.Start(r.Context(), "inside")
		logger.InfoContext(ctx, "inside a request")
		span.End()
	})
	done := make(chan error, 1)
	srv := &http.Server{Handler: otelhttp.NewHandler(h, "my operation")}
	go func() { done <- srv.Serve(l) }()

	_, span := tracer.Start(context.Background(), "work")
	client := &http.Client{Transport: otelhttp.NewTransport(http.DefaultTransport)}
	resp, err := client.Get("http://" + l.Addr().String()) // context.Background()
	if err != nil {
		panic(err)
	}
	_, _ = io.Copy(io.Discard, resp.Body)
	resp.Body.Close()
	span.End()
	srv.Shutdown(context.Background())
	<-done
	for _, s := range memory.GetSpans() {
		fmt.Println(s.Name, s.SpanKind, s.Parent.SpanID().IsValid())
	}
}
