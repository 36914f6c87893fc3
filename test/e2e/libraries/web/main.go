// Command web asks servers of its own, with gin, echo and gorilla/mux; that with
// gin uses the redis-server at an address:
//
//	web ADDRESS
package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"

	"github.com/gin-gonic/gin"
	"github.com/gorilla/mux"
	"github.com/labstack/echo/v4"
	"github.com/redis/go-redis/v9"

	"example.com/libraries/internal/work"
)

// What the build by hand replaces.
var (
	instrument = func(*gin.Engine, *redis.Client, *echo.Echo, *mux.Router) {}
	client     = http.DefaultClient
)

func main() {
	store := redis.NewClient(&redis.Options{Addr: os.Args[1], DisableIdentity: true})
	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	other, third := echo.New(), mux.NewRouter()
	instrument(engine, store, other, third)
	engine.GET("/orders/:id", func(c *gin.Context) { order(c, store) })
	other.GET("/orders/:id", func(c echo.Context) error { return c.String(http.StatusOK, c.Param("id")) })
	third.HandleFunc("/orders/{id}", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, mux.Vars(r)["id"]) })
	_, first := work.Serve(engine)
	_, second := work.Serve(other)
	_, last := work.Serve(third)
	urls := []string{first + "/orders/7", first + "/absent", second + "/orders/7", second + "/absent", last + "/orders/7"}
	work.Main(func(ctx context.Context) error {
		for _, url := range urls {
			req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
			if err != nil {
				return err
			}
			resp, err := client.Do(req)
			if err != nil {
				return err
			}
			resp.Body.Close()
			if (resp.StatusCode == http.StatusNotFound) != strings.HasSuffix(url, "/absent") {
				return fmt.Errorf("%s: %s", url, resp.Status)
			}
		}
		return nil
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
