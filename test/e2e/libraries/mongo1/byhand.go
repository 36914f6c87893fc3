//go:build byhand

package main

import (
	"go.mongodb.org/mongo-driver/mongo/options"
	"go.opentelemetry.io/contrib/instrumentation/go.mongodb.org/mongo-driver/mongo/otelmongo"
)

func init() {
	instrument = func(opts *options.ClientOptions) { opts.SetMonitor(otelmongo.NewMonitor()) }
}
