// Command rpc calls a gRPC server of its own: unary and streams, well and
// failing.
package main

import (
	"context"
	"errors"
	"net"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health"
	pb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"

	"example.com/libraries/internal/work"
)

var (
	serverOptions []grpc.ServerOption
	dialOptions   = []grpc.DialOption{grpc.WithTransportCredentials(insecure.NewCredentials())}
)

func main() {
	work.Main(func(ctx context.Context) error {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return err
		}
		s := grpc.NewServer(serverOptions...)
		pb.RegisterHealthServer(s, health.NewServer())
		go func() { _ = s.Serve(l) }()
		defer s.GracefulStop()
		// The older way; it goes through NewClient.
		dialled, err := grpc.DialContext(ctx, l.Addr().String(), dialOptions...) //nolint:staticcheck
		if err != nil {
			return err
		}
		defer dialled.Close()
		if _, err := pb.NewHealthClient(dialled).Check(work.Detached(ctx), &pb.HealthCheckRequest{}); err != nil {
			return err
		}
		cc, err := grpc.NewClient(l.Addr().String(), dialOptions...)
		if err != nil {
			return err
		}
		defer cc.Close()
		c := pb.NewHealthClient(cc)
		if _, err := c.Check(ctx, &pb.HealthCheckRequest{Service: "unknown"}); status.Code(err) != codes.NotFound {
			return errors.Join(errors.New("expected NotFound"), err)
		}
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		stream, err := c.Watch(ctx, &pb.HealthCheckRequest{})
		if err != nil {
			return err
		}
		if _, err = stream.Recv(); err != nil {
			return err
		}
		cancel()
		for err == nil {
			_, err = stream.Recv()
		}
		if status.Code(err) != codes.Canceled {
			return err
		}
		return nil
	})
}
