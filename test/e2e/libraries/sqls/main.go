// Command sqls uses database/sql with four drivers, pgx by itself, and gorm:
//
//	sqls DRIVER DSN
package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"

	"github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/lib/pq"
	gormpg "gorm.io/driver/postgres"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"
	"modernc.org/sqlite"

	"example.com/libraries/internal/work"
)

var open = sql.Open

func main() {
	driver, dsn := os.Args[1], os.Args[2]
	work.Main(func(ctx context.Context) error {
		switch driver {
		case "pgx-pool":
			return native(ctx, dsn)
		case "gorm":
			return orm(ctx, dsn)
		case "connector":
			return connector(ctx, dsn)
		}
		db, err := open(driver, dsn)
		if err != nil {
			return err
		}
		// Not closed, so that the pool is there to be measured at the end.
		return statements(ctx, driver, db)
	})
}

func statements(ctx context.Context, driver string, db *sql.DB) error {
	first, second := "?", "?"
	if driver == "postgres" || driver == "pgx" {
		first, second = "$1", "$2"
	}
	if _, err := db.ExecContext(work.Detached(ctx), "DROP TABLE IF EXISTS users"); err != nil {
		return err
	}
	if _, err := db.ExecContext(ctx, "CREATE TABLE users (id INTEGER PRIMARY KEY, name VARCHAR(20))"); err != nil {
		return err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, "INSERT INTO users (id, name) VALUES ("+first+", "+second+")", 1, "secret"); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	s, err := db.PrepareContext(ctx, "SELECT name FROM users WHERE id = "+first)
	if err != nil {
		return err
	}
	defer s.Close()
	var name string
	if err := s.QueryRowContext(ctx, 1).Scan(&name); err != nil || name != "secret" {
		return errors.Join(errors.New("expected a row"), err)
	}
	rows, err := db.QueryContext(ctx, "SELECT id FROM users WHERE name = 'secret'")
	if err != nil {
		return err
	}
	for rows.Next() {
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return err
	}
	if _, err = db.ExecContext(ctx, "INSERT INTO users (id, name) VALUES (1, 'again')"); err == nil {
		return errors.New("expected an error")
	}
	return unwrapped(ctx, db)
}

// By hand, drivers are wrapped.
var unwrapped = isOwn

// isOwn looks whether the driver's own types are still what is seen.
func isOwn(ctx context.Context, db *sql.DB) error {
	switch db.Driver().(type) {
	case *pq.Driver, *stdlib.Driver, *mysql.MySQLDriver, *sqlite.Driver:
	default:
		return fmt.Errorf("the driver is a %T", db.Driver())
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	return conn.Raw(func(c any) error {
		if _, is := db.Driver().(*stdlib.Driver); !is {
			return nil
		}
		if _, ok := c.(*stdlib.Conn); !ok {
			return fmt.Errorf("the connection is a %T", c)
		}
		return nil
	})
}

// connector is database/sql without a data source name.
func connector(ctx context.Context, dsn string) error {
	cfg, err := pgx.ParseConfig(dsn)
	if err != nil {
		return err
	}
	db := stdlib.OpenDB(*cfg)
	defer db.Close()
	_, err = db.ExecContext(ctx, "SELECT 1")
	return err
}

var pgxConfig = pgxpool.ParseConfig

func native(ctx context.Context, dsn string) error {
	cfg, err := pgxConfig(dsn)
	if err != nil {
		return err
	}
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return err
	}
	defer pool.Close()
	if _, err := pool.Exec(work.Detached(ctx), "DROP TABLE IF EXISTS users"); err != nil {
		return err
	}
	if _, err := pool.Exec(ctx, "CREATE TABLE users (id INTEGER PRIMARY KEY, name VARCHAR(20))"); err != nil {
		return err
	}
	tx, err := pool.Begin(ctx)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, "INSERT INTO users (id, name) VALUES ($1, $2)", 1, "secret"); err != nil {
		return err
	}
	if err := tx.Commit(ctx); err != nil {
		return err
	}
	var name string
	if err := pool.QueryRow(ctx, "SELECT name FROM users WHERE id = $1", 1).Scan(&name); err != nil {
		return err
	}
	b := &pgx.Batch{}
	b.Queue("SELECT 1")
	b.Queue("UPDATE users SET name = $1", "x")
	if err := pool.SendBatch(ctx, b).Close(); err != nil {
		return err
	}
	if _, err := pool.CopyFrom(ctx, pgx.Identifier{"users"}, []string{"id", "name"}, pgx.CopyFromRows([][]any{{2, "b"}})); err != nil {
		return err
	}
	if _, err := pool.Exec(ctx, "INSERT INTO users (id, name) VALUES (1, 'again')"); err == nil {
		return errors.New("expected an error")
	}
	return nil
}

type User struct {
	ID   int
	Name string
}

var plugin = func(*gorm.DB) error { return nil }

func orm(ctx context.Context, dsn string) error {
	db, err := gorm.Open(gormpg.Open(dsn), &gorm.Config{Logger: logger.Discard})
	if err != nil {
		return err
	}
	if err := plugin(db); err != nil {
		return err
	}
	if pool, err := db.DB(); err == nil {
		defer pool.Close()
	}
	db = db.WithContext(ctx)
	if err := db.Exec("DROP TABLE IF EXISTS users").Error; err != nil {
		return err
	}
	if err := db.Exec("CREATE TABLE users (id INTEGER PRIMARY KEY, name VARCHAR(20))").Error; err != nil {
		return err
	}
	if err := db.Create(&User{1, "secret"}).Error; err != nil {
		return err
	}
	var u User
	if err := db.First(&u, 1).Error; err != nil {
		return err
	}
	if err := db.Create(&User{1, "again"}).Error; err == nil {
		return errors.New("expected an error")
	}
	return nil
}
