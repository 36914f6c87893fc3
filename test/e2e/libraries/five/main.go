// Command five is one service over five libraries: HTTP, then gRPC, then SQL,
// Redis and Kafka, with a pool of workers in between:
//
//	five REDIS-ADDRESS POSTGRES-DSN
//
// It prints its HTTP address and serves until it gets a signal.
package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5/stdlib"
	"github.com/redis/go-redis/v9"
	"github.com/segmentio/kafka-go"
	"github.com/twmb/franz-go/pkg/kfake"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	pb "google.golang.org/grpc/health/grpc_health_v1"
)

const (
	topic   = "orders"
	workers = 8
)

// service is the gRPC side. A health check's name is the number of an order.
type service struct {
	pb.UnimplementedHealthServer
	db  *sql.DB
	rdb *redis.Client
	out *kafka.Writer
}

func (s *service) Check(ctx context.Context, r *pb.HealthCheckRequest) (*pb.HealthCheckResponse, error) {
	id := r.GetService()
	// A transaction with the request's context; careless code with none.
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, "INSERT INTO orders (id) VALUES ($1)", id); err != nil {
		return nil, err
	}
	if err := tx.Commit(); err != nil {
		return nil, err
	}
	if err := s.rdb.Incr(context.Background(), "five:"+id).Err(); err != nil {
		return nil, err
	}
	if err := s.out.WriteMessages(ctx, kafka.Message{Value: []byte(id)}); err != nil {
		return nil, err
	}
	return &pb.HealthCheckResponse{Status: pb.HealthCheckResponse_SERVING}, nil
}

type job struct {
	ctx  context.Context
	id   string
	done chan error
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	broker, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.SeedTopics(1, topic))
	if err != nil {
		return err
	}
	addr := broker.ListenAddrs()[0]
	db, err := sql.Open("pgx", os.Args[2])
	if err != nil {
		return err
	}
	if _, ok := db.Driver().(*stdlib.Driver); !ok {
		return errors.New("the driver is another")
	}
	db.SetMaxOpenConns(workers)
	db.SetMaxIdleConns(workers)
	if _, err := db.ExecContext(ctx, "CREATE TABLE orders (id VARCHAR(20) PRIMARY KEY)"); err != nil {
		return err
	}
	rdb := redis.NewClient(&redis.Options{Addr: os.Args[1]})
	out := &kafka.Writer{Addr: kafka.TCP(addr), Topic: topic, BatchTimeout: time.Millisecond}

	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	gs := grpc.NewServer()
	pb.RegisterHealthServer(gs, &service{db: db, rdb: rdb, out: out})
	go func() { _ = gs.Serve(l) }()
	cc, err := grpc.NewClient(l.Addr().String(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return err
	}
	stock := pb.NewHealthClient(cc)

	// The consumer deals with each message on the goroutine that reads it.
	consumed := make(chan struct{})
	go func() {
		defer close(consumed)
		r := kafka.NewReader(kafka.ReaderConfig{Brokers: []string{addr}, Topic: topic, MaxWait: 20 * time.Millisecond})
		defer r.Close()
		for {
			m, err := r.ReadMessage(ctx)
			if err != nil {
				return
			}
			rdb.Set(context.Background(), "shipped:"+string(m.Value), 1, time.Minute)
		}
	}()

	// Workers live as long as the program and get a request's context by hand.
	jobs := make(chan job)
	for range workers {
		go func() {
			for j := range jobs {
				_, err := stock.Check(j.ctx, &pb.HealthCheckRequest{Service: j.id})
				j.done <- err
			}
		}()
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /orders/{id}", func(w http.ResponseWriter, r *http.Request) {
		j := job{r.Context(), r.PathValue("id"), make(chan error, 1)}
		jobs <- j
		if err := <-j.done; err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	})
	hl, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	srv := &http.Server{Handler: mux}
	go func() { _ = srv.Serve(hl) }()
	fmt.Println("http://" + hl.Addr().String())
	<-ctx.Done()
	<-consumed
	return srv.Shutdown(context.Background())
}
