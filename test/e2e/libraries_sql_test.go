package e2e

import (
	"net"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// database/sql with each driver: a statement is one span of the current
// conventions, errors have the server's code, the driver is not wrapped.
func TestLibrarySQL(t *testing.T) {
	postgres := startPostgres(t)
	mariadb := startMariaDB(t)
	file := filepath.Join(t.TempDir(), "x.db")
	for _, c := range []struct{ driver, dsn, system, namespace, addr, code, p1, p2 string }{
		{"postgres", dsnOf("postgres", postgres), "postgresql", "postgres", postgres, "23505", "$1", "$2"},
		{"pgx", dsnOf("pgx", postgres), "postgresql", "postgres", postgres, "23505", "$1", "$2"},
		{"mysql", dsnOf("mysql", mariadb), "mysql", "shop", mariadb, "1062", "?", "?"},
		{"sqlite", file, "sqlite", file, "", "1555", "?", "?"},
	} {
		t.Run(c.driver, func(t *testing.T) {
			const n = 8
			got := describe(below(t, library(t, "sqls", false, 2+n, c.driver, c.dsn)))
			base := " db.namespace=" + c.namespace
			tail := " db.system.name=" + c.system
			if c.addr != "" {
				host, port, _ := net.SplitHostPort(c.addr)
				tail += " server.address=" + host + " server.port=" + port
			}
			line := func(op, table, text string) string {
				out := "client " + op
				summary := op
				if table != "" {
					summary += " " + table
					out += " " + table + " db.collection.name=" + table
				}
				out += base + " db.operation.name=" + op + " db.query.summary=" + summary
				if text != "" {
					out += " db.query.text=" + text
				}
				return out + tail
			}
			want := []string{
				line("DROP", "users", "DROP TABLE IF EXISTS users"),
				line("CREATE", "users", "CREATE TABLE users (id INTEGER PRIMARY KEY, name VARCHAR(?))"),
				line("BEGIN", "", ""),
				line("INSERT", "users", "INSERT INTO users (id, name) VALUES ("+c.p1+", "+c.p2+")"),
				line("COMMIT", "", ""),
				line("SELECT", "users", "SELECT name FROM users WHERE id = "+c.p1),
				line("SELECT", "users", "SELECT id FROM users WHERE name = ?"),
			}
			lines := strings.Split(strings.TrimSpace(got), "\n")
			require.Len(t, lines, n, got)
			assert.Equal(t, want, lines[:n-1])
			assert.Contains(t, lines[n-1], "db.response.status_code="+c.code)
			assert.Contains(t, lines[n-1], " error.type="+c.code)
			assert.Contains(t, lines[n-1], " failed: ")
			assert.NotContains(t, got, "secret")
			assert.NotContains(t, lines[n-1], "'again'", "values of a text without parameters are left out")
			points := theOne.waitMetrics(t, libraryService("sqls", false, c.driver), "db.client.operation.duration", "db.client.connection.count")
			assert.NotEmpty(t, points)
		})
	}
	// pgx by itself, gorm and connectors: nothing twice.
	for _, c := range []struct {
		how   string
		names []string
	}{
		{"pgx-pool", []string{"DROP users", "CREATE users", "BEGIN", "INSERT users", "COMMIT", "SELECT users", "BATCH", "COPY users", "INSERT users"}},
		{"gorm", []string{"DROP users", "CREATE users", "BEGIN", "INSERT users", "COMMIT", "SELECT users", "BEGIN", "INSERT users", "ROLLBACK"}},
		{"connector", []string{"SELECT"}},
	} {
		t.Run(c.how, func(t *testing.T) {
			spans := below(t, library(t, "sqls", false, 2+len(c.names), c.how, dsnOf("pgx", postgres)))
			var names []string
			for _, s := range spans {
				names = append(names, s.Name)
				assert.Equal(t, "postgresql", s.Attrs["db.system.name"])
				assert.Equal(t, "postgres", s.Attrs["db.namespace"])
				assert.Equal(t, "127.0.0.1", s.Attrs["server.address"])
				assert.Equal(t, spans[0].Parent, s.Parent)
			}
			assert.Equal(t, c.names, names)
		})
	}
}
