package databasesql

import (
	"context"
	"database/sql"
	"sync"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/registry"
)

var on = registry.Switch("databasesql_open", library)

// watchPools registers the metrics of all pools once, with the first of them.
var watchPools = sync.OnceFunc(func() {
	m := otel.Meter(scope)
	count, err := m.Int64ObservableUpDownCounter("db.client.connection.count", metric.WithUnit("{connection}"),
		metric.WithDescription("The number of connections that are currently in state described by the state attribute."))
	if err != nil {
		otel.Handle(err)
	}
	limit, err := m.Int64ObservableUpDownCounter("db.client.connection.max", metric.WithUnit("{connection}"),
		metric.WithDescription("The maximum number of open connections allowed."))
	if err != nil {
		otel.Handle(err)
	}
	_, err = m.RegisterCallback(func(_ context.Context, o metric.Observer) error {
		if !on.Load() {
			return nil
		}
		// Two handles of one server and database are one pool to whoever reads.
		type sums struct{ idle, used, limit int64 }
		pools := map[string]sums{}
		databases.Range(func(k, v any) bool {
			d := v.(*database)
			if d.byHand {
				return true
			}
			stats := k.(*sql.DB).Stats()
			s := pools[d.pool]
			s.idle += int64(stats.Idle)
			s.used += int64(stats.InUse)
			s.limit += int64(stats.MaxOpenConnections)
			pools[d.pool] = s
			return true
		})
		for name, s := range pools {
			pool := attribute.String("db.client.connection.pool.name", name)
			o.ObserveInt64(count, s.idle, metric.WithAttributes(pool, attribute.String("db.client.connection.state", "idle")))
			o.ObserveInt64(count, s.used, metric.WithAttributes(pool, attribute.String("db.client.connection.state", "used")))
			if s.limit > 0 {
				o.ObserveInt64(limit, s.limit, metric.WithAttributes(pool))
			}
		}
		return nil
	}, count, limit)
	if err != nil {
		otel.Handle(err)
	}
})
