//go:build byhand

package main

import (
	"go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc"
	"google.golang.org/grpc"
)

func init() {
	serverOptions = append(serverOptions, grpc.StatsHandler(otelgrpc.NewServerHandler()))
	dialOptions = append(dialOptions, grpc.WithStatsHandler(otelgrpc.NewClientHandler()))
}
