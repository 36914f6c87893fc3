//go:build byhand

package main

import (
	"net/http"

	"github.com/redis/go-redis/extra/redisotel/v9"
	"github.com/redis/go-redis/v9"
	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
)

func init() {
	wrapHandler = func(h http.Handler) http.Handler { return otelhttp.NewHandler(h, "server") }
	wrapTransport = func(t http.RoundTripper) http.RoundTripper { return otelhttp.NewTransport(t) }
	wrapRedis = func(c *redis.Client) {
		check(redisotel.InstrumentTracing(c))
		check(redisotel.InstrumentMetrics(c))
	}
}
