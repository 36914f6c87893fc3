// Command web asks a gin server of its own, which uses the redis-server at an
// address:
//
//	web ADDRESS
package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"

	"github.com/gin-gonic/gin"
	"github.com/redis/go-redis/v9"

	"example.com/libraries/internal/work"
)

// What the build by hand replaces.
var (
	instrument = func(*gin.Engine, *redis.Client) {}
	client     = http.DefaultClient
)

func main() {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	store := redis.NewClient(&redis.Options{Addr: os.Args[1], DisableIdentity: true})
	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	instrument(engine, store)
	engine.GET("/orders/:id", func(c *gin.Context) { order(c, store) })
	server := &http.Server{Handler: engine}
	go func() { _ = server.Serve(l) }()
	work.Main(func(ctx context.Context) error {
		for _, path := range []string{"/orders/7", "/absent"} {
			req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+l.Addr().String()+path, nil)
			if err != nil {
				return err
			}
			resp, err := client.Do(req)
			if err != nil {
				return err
			}
			resp.Body.Close()
			if (resp.StatusCode == http.StatusOK) != (path == "/orders/7") {
				return fmt.Errorf("%s: %s", path, resp.Status)
			}
		}
		return server.Shutdown(ctx)
	})
}

func order(c *gin.Context, store *redis.Client) {
	ctx := c.Request.Context()
	if err := store.Set(ctx, "web:order", "secret", 0).Err(); err != nil {
		panic(err)
	}
	if got := store.Get(ctx, "web:order").Val(); got != "secret" {
		panic(got)
	}
	if err := store.Get(ctx, "web:absent").Err(); !errors.Is(err, redis.Nil) {
		panic(err)
	}
	if err := store.Incr(ctx, "web:order").Err(); err == nil {
		panic("expected that a text cannot be counted")
	}
	_, err := store.Pipelined(ctx, func(p redis.Pipeliner) error {
		p.Set(ctx, "web:a", 1, 0)
		p.Incr(ctx, "web:a")
		return nil
	})
	if err != nil {
		panic(err)
	}
	c.String(http.StatusOK, c.Param("id"))
}
