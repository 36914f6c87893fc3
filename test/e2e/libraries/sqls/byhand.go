//go:build byhand

package main

import (
	"context"
	"database/sql"

	"github.com/XSAM/otelsql"
	"github.com/exaring/otelpgx"
	"github.com/jackc/pgx/v5/pgxpool"
	semconv "go.opentelemetry.io/otel/semconv/v1.41.0"
	"gorm.io/gorm"
	"gorm.io/plugin/opentelemetry/tracing"
)

func init() {
	open = func(driver, dsn string) (*sql.DB, error) {
		return otelsql.Open(driver, dsn, otelsql.WithAttributes(semconv.DBSystemNamePostgreSQL))
	}
	unwrapped = func(context.Context, *sql.DB) error { return nil }
	plugin = func(db *gorm.DB) error { return db.Use(tracing.NewPlugin(tracing.WithoutMetrics())) }
	pgxConfig = func(dsn string) (*pgxpool.Config, error) {
		cfg, err := pgxpool.ParseConfig(dsn)
		if err == nil {
			cfg.ConnConfig.Tracer = otelpgx.NewTracer()
		}
		return cfg, err
	}
}
