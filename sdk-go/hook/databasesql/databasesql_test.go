package databasesql

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/codes"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook/hooktest"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/dbspan"
)

var (
	recorder = tracetest.NewInMemoryExporter()
	reader   = sdkmetric.NewManualReader()
	bg       = context.Background()
)

func TestMain(m *testing.M) {
	otel.SetTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithSyncer(recorder)))
	otel.SetMeterProvider(sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader)))
	sql.Register("fake", fake{})
	os.Exit(m.Run())
}

// fake is a driver that answers everything with nothing and remembers the
// context of the last statement.
type fake struct{}

var (
	seen   context.Context
	failed error
)

func (fake) Open(string) (driver.Conn, error)           { return fake{}, nil }
func (fake) Prepare(string) (driver.Stmt, error)        { return fake{}, failed }
func (fake) Close() error                               { return nil }
func (fake) Begin() (driver.Tx, error)                  { return fake{}, nil }
func (fake) Commit() error                              { return nil }
func (fake) Rollback() error                            { return nil }
func (fake) NumInput() int                              { return -1 }
func (fake) Exec([]driver.Value) (driver.Result, error) { return driver.RowsAffected(1), failed }
func (fake) Query([]driver.Value) (driver.Rows, error)  { return fake{}, failed }
func (fake) Columns() []string                          { return nil }
func (fake) Next([]driver.Value) error                  { return io.EOF }
func (fake) ExecContext(ctx context.Context, _ string, _ []driver.NamedValue) (driver.Result, error) {
	seen = ctx
	return driver.RowsAffected(1), failed
}

func open(t *testing.T, dsn string) *sql.DB {
	t.Helper()
	db, err := sql.Open("fake", dsn)
	require.NoError(t, err)
	AfterOpenDB(hooktest.New("database/sql", "OpenDB", []any{nil}, []any{db}))
	AfterOpen(hooktest.New("database/sql", "Open", []any{"fake", dsn}, []any{db, nil}))
	t.Cleanup(func() {
		BeforeClose(hooktest.New("database/sql", "(*DB).Close", []any{db}, []any{nil}))
		db.Close()
	})
	recorder.Reset()
	return db
}

func exec(db *sql.DB, query string, args ...any) error {
	c := hooktest.New("database/sql", "(*DB).ExecContext", []any{db, bg, query, args}, []any{nil, nil})
	c.Call(BeforeStatement, AfterStatement, func() {
		_, err := db.ExecContext(c.Params[1].(context.Context), query, args...)
		c.Results[1] = err
	})
	err, _ := c.Results[1].(error)
	return err
}

func attrs(s tracetest.SpanStub) map[string]string {
	m := map[string]string{}
	for _, kv := range s.Attributes {
		m[string(kv.Key)] = kv.Value.Emit()
	}
	return m
}

func TestStatement(t *testing.T) {
	db := open(t, "host=h dbname=d password=secret")
	require.NoError(t, exec(db, "UPDATE t SET a = 'secret'"))
	require.NoError(t, exec(db, "UPDATE t SET a = $1", "secret"))
	assert.True(t, dbspan.IsInside(seen), "layers below make no spans")
	failed = errors.New("no")
	defer func() { failed = nil }()
	require.Error(t, exec(db, "SELECT 1"))
	got := recorder.GetSpans()
	require.Len(t, got, 3)
	assert.Equal(t, "UPDATE t", got[0].Name)
	assert.Equal(t, map[string]string{"db.system.name": "other_sql", "db.namespace": "d", "server.address": "h",
		"db.operation.name": "UPDATE", "db.collection.name": "t", "db.query.summary": "UPDATE t", "db.query.text": "UPDATE t SET a = ?"},
		attrs(got[0]))
	assert.Equal(t, "UPDATE t SET a = $1", attrs(got[1])["db.query.text"])
	assert.Equal(t, codes.Error, got[2].Status.Code)
	assert.Equal(t, "errors.errorString", attrs(got[2])["error.type"])
}

func TestTransactions(t *testing.T) {
	db := open(t, "")
	ctx, root := otel.Tracer("test").Start(bg, "root")
	var tx *sql.Tx
	c := hooktest.New("database/sql", "(*DB).BeginTx", []any{db, ctx, (*sql.TxOptions)(nil)}, []any{nil, nil})
	c.Call(BeforeBegin, AfterBegin, func() { tx, _ = db.BeginTx(c.Params[1].(context.Context), nil) })
	c = hooktest.New("database/sql", "(*Tx).Commit", []any{tx}, []any{nil})
	c.Call(BeforeEnd, AfterCommit, func() { require.NoError(t, tx.Commit()) })
	c = hooktest.New("database/sql", "(*Tx).Rollback", []any{tx}, []any{nil})
	c.Call(BeforeEnd, AfterRollback, func() { c.Results[0] = tx.Rollback() })
	got := recorder.GetSpans()
	require.Len(t, got, 2, "a Rollback that comes too late says nothing")
	for i, name := range []string{"BEGIN", "COMMIT"} {
		assert.Equal(t, name, got[i].Name)
		assert.Equal(t, root.SpanContext().SpanID(), got[i].Parent.SpanID(), "though Commit takes no context")
	}
	root.End()
}

func TestPrepared(t *testing.T) {
	db := open(t, "")
	prepare := func(query string) (s *sql.Stmt) {
		c := hooktest.New("database/sql", "(*DB).PrepareContext", []any{db, bg, query}, []any{nil, nil})
		c.Call(BeforePrepare, AfterPrepare, func() {
			var err error
			s, err = db.PrepareContext(c.Params[1].(context.Context), query)
			c.Results[1] = err
		})
		return s
	}
	s := prepare("SELECT a FROM t WHERE b = ?")
	assert.Empty(t, recorder.GetSpans())
	c := hooktest.New("database/sql", "(*Stmt).ExecContext", []any{s, bg, []any{1}}, []any{nil, nil})
	c.Call(BeforePrepared, AfterStatement, nil)
	failed = errors.New("no")
	prepare("SELEKT")
	failed = nil
	got := recorder.GetSpans()
	require.Len(t, got, 2)
	assert.Equal(t, "SELECT t", got[0].Name)
	assert.Equal(t, codes.Error, got[1].Status.Code)
}

func TestPool(t *testing.T) {
	db := open(t, "host=pool port=1 dbname=d")
	db.SetMaxOpenConns(7)
	conn, err := db.Conn(bg)
	require.NoError(t, err)
	defer conn.Close()
	var rm metricdata.ResourceMetrics
	require.NoError(t, reader.Collect(bg, &rm))
	got := map[string]int64{}
	for _, sm := range rm.ScopeMetrics {
		for _, m := range sm.Metrics {
			sum, ok := m.Data.(metricdata.Sum[int64])
			if !ok {
				continue
			}
			for _, p := range sum.DataPoints {
				name, _ := p.Attributes.Value("db.client.connection.pool.name")
				state, _ := p.Attributes.Value("db.client.connection.state")
				got[m.Name+" "+name.AsString()+" "+state.AsString()] = p.Value
			}
		}
	}
	assert.Equal(t, map[string]int64{"db.client.connection.count pool:1/d used": 1, "db.client.connection.count pool:1/d idle": 0,
		"db.client.connection.max pool:1/d ": 7}, got)
}

func TestFieldsOfThisGo(t *testing.T) {
	for _, at := range []uintptr{connDB.offset, txDB.offset, txCtx.offset, stmtDB.offset, stmtQuery.offset, dbConnector.offset} {
		assert.NotEqual(t, missing, at)
	}
}

func TestDataSourceNames(t *testing.T) {
	for _, c := range []struct {
		system, dsn string
		want        target
	}{
		{"postgresql", "postgres://u:p@db.example:5433/shop?sslmode=disable", target{"db.example", "5433", "shop"}},
		{"postgresql", "postgres://u:p@[::1]/shop", target{"::1", "5432", "shop"}},
		{"postgresql", "host=db user=u password='x y' dbname=shop", target{"db", "5432", "shop"}},
		{"mysql", "u:p@w/@tcp(db:3307)/shop?parseTime=true&loc=a/b", target{"db", "3307", "shop"}},
		{"mysql", "u@unix(/run/mysqld.sock)/shop", target{"/run/mysqld.sock", "", "shop"}},
		{"mysql", "/shop", target{"127.0.0.1", "3306", "shop"}},
		{"mysql", "u@tcp(db)/", target{"db", "3306", ""}},
		{"sqlite", "file:/tmp/x.db?_pragma=1", target{"", "", "/tmp/x.db"}},
		{"sqlite", ":memory:", target{"", "", ":memory:"}},
		{"microsoft.sql_server", "sqlserver://u:p@db:1433/instance?database=shop", target{"db", "1433", "shop"}},
		{"other_sql", "nonsense", target{}},
		{"mysql", "nonsense", target{}},
	} {
		assert.Equal(t, c.want, parseDSN(c.system, c.dsn), c.dsn)
	}
}
