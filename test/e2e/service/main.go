// Command shop is an ordinary service: orders in gin, stock in net/http, both
// on redis. It knows nothing of telemetry.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/redis/go-redis/v9"
)

type config struct {
	orders string // address of the order service
	stock  string // address of the stock service
	peer   string // URL of the stock service that orders ask
	redis  string
}

func main() {
	log.SetFlags(0)
	log.SetPrefix("shop: ")
	cfg := config{}
	flag.StringVar(&cfg.orders, "orders", env("SHOP_ORDERS", "127.0.0.1:8080"), "address of the order service")
	flag.StringVar(&cfg.stock, "stock", env("SHOP_STOCK", "127.0.0.1:8081"), "address of the stock service")
	flag.StringVar(&cfg.peer, "peer", env("SHOP_PEER", ""), "URL of the stock service to ask (default: this process's)")
	flag.StringVar(&cfg.redis, "redis", env("SHOP_REDIS", "127.0.0.1:6379"), "address of redis")
	ping := flag.Bool("ping", false, "ask redis for a sign of life, and exit")
	flag.Parse()

	store := newStore(cfg.redis)
	defer store.Close()
	if *ping {
		if err := store.Ping(context.Background()); err != nil {
			log.Fatalf("redis: %v", err) // exit status 1
		}
		fmt.Println("redis answers")
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := serve(ctx, cfg, store); err != nil {
		log.Fatal(err)
	}
}

func serve(ctx context.Context, cfg config, store *store) error {
	stockListener, err := net.Listen("tcp", cfg.stock)
	if err != nil {
		return err
	}
	ordersListener, err := net.Listen("tcp", cfg.orders)
	if err != nil {
		return err
	}
	if cfg.peer == "" {
		cfg.peer = "http://" + stockListener.Addr().String()
	}
	stock := &http.Server{Handler: newStock(store)}
	orders := &http.Server{Handler: newOrders(store, cfg.peer)}
	failed := make(chan error, 2)
	go func() { failed <- stock.Serve(stockListener) }()
	go func() { failed <- orders.Serve(ordersListener) }()
	fmt.Printf("orders on http://%s, stock on http://%s\n", ordersListener.Addr(), stockListener.Addr())

	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	return errors.Join(orders.Shutdown(ctx), stock.Shutdown(ctx))
}

func newRedis(addr string) *redis.Client {
	return redis.NewClient(&redis.Options{
		Addr: addr, DialTimeout: time.Second, ReadTimeout: time.Second, MaxRetries: -1,
	})
}

func env(name, value string) string {
	if v, ok := os.LookupEnv(name); ok {
		return v
	}
	return value
}
