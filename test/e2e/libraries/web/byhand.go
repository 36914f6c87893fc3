//go:build byhand

package main

import (
	"net/http"

	"github.com/gin-gonic/gin"
	"github.com/gorilla/mux"
	"github.com/labstack/echo/v4"
	"github.com/redis/go-redis/extra/redisotel/v9"
	"github.com/redis/go-redis/v9"
	"go.opentelemetry.io/contrib/instrumentation/github.com/gin-gonic/gin/otelgin"
	"go.opentelemetry.io/contrib/instrumentation/github.com/gorilla/mux/otelmux"
	"go.opentelemetry.io/contrib/instrumentation/github.com/labstack/echo/otelecho"
	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
)

func init() {
	client = &http.Client{Transport: otelhttp.NewTransport(http.DefaultTransport)}
	instrument = func(engine *gin.Engine, store *redis.Client, other *echo.Echo, third *mux.Router) {
		engine.Use(otelgin.Middleware(""))
		other.Use(otelecho.Middleware(""))
		third.Use(otelmux.Middleware(""))
		if err := redisotel.InstrumentTracing(store, redisotel.WithDialFilter(true)); err != nil {
			panic(err)
		}
	}
}
