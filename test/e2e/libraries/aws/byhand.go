//go:build byhand

package main

import (
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	"go.opentelemetry.io/contrib/instrumentation/github.com/aws/aws-sdk-go-v2/otelaws"
	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
)

func init() {
	instrument = func(cfg *aws.Config) {
		otelaws.AppendMiddlewares(&cfg.APIOptions)
		cfg.HTTPClient = &http.Client{Transport: otelhttp.NewTransport(http.DefaultTransport)}
	}
}
