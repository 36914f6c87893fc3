package dbspan

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestParse(t *testing.T) {
	for _, c := range []struct{ in, operation, collection, summary, text string }{
		{"SELECT * FROM users WHERE id = 1", "SELECT", "users", "SELECT users", "SELECT * FROM users WHERE id = ?"},
		{"select name from \"Users\" u where u.name='O''Brien' -- x\n and a=$1", "SELECT", "Users", "SELECT Users",
			`select name from "Users" u where u.name=? and a=$1`},
		{"SELECT a FROM x, y JOIN z ON x.i = z.i", "SELECT", "", "SELECT x y z", "SELECT a FROM x, y JOIN z ON x.i = z.i"},
		{"INSERT INTO db.t (a, b) VALUES (1, 'x'), (-2.5e-3, N'ü')", "INSERT", "db.t", "INSERT db.t",
			"INSERT INTO db.t (a, b) VALUES (?, ?), (-?, ?)"},
		{"UPDATE t SET a = 0x1F WHERE b IN (1,2)", "UPDATE", "t", "UPDATE t", "UPDATE t SET a = ? WHERE b IN (?,?)"},
		{"DELETE FROM t", "DELETE", "t", "DELETE t", "DELETE FROM t"},
		{"WITH r AS (SELECT * FROM a) SELECT * FROM r JOIN b ON 1=1", "SELECT", "", "SELECT a SELECT b",
			"WITH r AS (SELECT * FROM a) SELECT * FROM r JOIN b ON ?=?"},
		{"INSERT INTO a SELECT * FROM b", "INSERT", "", "INSERT a SELECT b", "INSERT INTO a SELECT * FROM b"},
		{"SELECT * FROM (SELECT id FROM a) s", "SELECT", "a", "SELECT SELECT a", "SELECT * FROM (SELECT id FROM a) s"},
		{"CREATE TABLE IF NOT EXISTS t1 (id INT)", "CREATE", "t1", "CREATE t1", "CREATE TABLE IF NOT EXISTS t1 (id INT)"},
		{"DROP TABLE t", "DROP", "t", "DROP t", "DROP TABLE t"},
		{"BEGIN; UPDATE t SET a=1; COMMIT", "", "t", "BEGIN UPDATE t COMMIT", "BEGIN; UPDATE t SET a=?; COMMIT"},
		{"SELECT $tag$it's$tag$, E'a\\'b', \"c d\"", "SELECT", "", "SELECT", `SELECT ?, ?, "c d"`},
		{"/* c */ select 1", "SELECT", "", "SELECT", "select ?"},
		{"SELECT t2.c1 FROM `my-db`.`t2` WHERE c = @p1 AND d = :name AND e = ?", "SELECT", "my-db.t2", "SELECT my-db.t2",
			"SELECT t2.c1 FROM `my-db`.`t2` WHERE c = @p1 AND d = :name AND e = ?"},
		{"SELECT a::text, '{}'::jsonb #> '{a}' FROM t", "SELECT", "t", "SELECT t", "SELECT a::text, ?::jsonb #> ? FROM t"},
		{"", "", "", "", ""},
		{"'unterminated", "", "", "", "?"},
		{"SELECT a FROM", "SELECT", "", "SELECT", "SELECT a FROM"},
	} {
		got := Parse(c.in)
		assert.Equal(t, Statement{c.operation, c.collection, c.summary, c.text}, got, c.in)
	}
}

func TestParseIsBounded(t *testing.T) {
	got := Parse("SELECT " + strings.Repeat("a FROM t, ", 100_000))
	assert.LessOrEqual(t, len(got.Summary), maxSummary)
	assert.LessOrEqual(t, len(got.Text), maxText)
	for i := range "SELECT a.b FROM \"c\" WHERE d = 'e' -- f" {
		Parse("SELECT a.b FROM \"c\" WHERE d = 'e' -- f"[:i])
	}
	Parse("a.")
	Parse("[")
	Parse("$a$")
	Parse("x'")
}
