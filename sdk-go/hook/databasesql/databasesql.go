// Package databasesql instruments database/sql itself, so that every driver is,
// and none is wrapped: what a program gets from DB.Driver and Conn.Raw is what
// it always got.
//
// A statement is one span, whatever database/sql does for it: waiting for a
// connection, connecting, preparing, trying again. BEGIN, COMMIT and ROLLBACK
// that reach the server have theirs. Preparing has none unless it fails, nor
// has what a driver does for itself. Metrics are db.client.operation.duration
// and those of the connection pool.
//
// A program that wraps its driver with an otelsql of its own keeps that one
// alone. Switching "databasesql" off at run time takes effect at the next call.
package databasesql

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"reflect"
	"time"
	"unsafe"

	"go.opentelemetry.io/otel/attribute"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/goctx"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/dbspan"
)

const (
	scope   = "github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook/databasesql"
	library = "databasesql"
)

var client = dbspan.NewClient(scope)

// BeforeStatement begins the span of ExecContext or QueryContext of a DB, Conn
// or Tx: receiver, context, text, arguments.
func BeforeStatement(c hook.Context) {
	query, _ := c.GetParam(2).(string)
	args, _ := c.GetParam(3).([]any)
	begin(c, databaseOf(c.GetParam(0)), query, len(args) > 0)
}

// BeforePrepared is BeforeStatement for a Stmt, which knows its text.
func BeforePrepared(c hook.Context) {
	s, _ := c.GetParam(0).(*sql.Stmt)
	args, _ := c.GetParam(2).([]any)
	begin(c, field[*sql.DB](s, stmtDB), field[string](s, stmtQuery), len(args) > 0)
}

func begin(c hook.Context, db *sql.DB, query string, parameters bool) {
	ctx, _ := c.GetParam(1).(context.Context)
	if ctx == nil || dbspan.IsInside(ctx) || dbspan.IsByHand(ctx) {
		return
	}
	info := lookup(db)
	if info == nil || info.byHand {
		return
	}
	statement := dbspan.ParseCached(query)
	some, text := statement.Attributes(query, parameters)
	all := make([]attribute.KeyValue, 0, len(info.attrs)+len(some))
	all = append(append(all, info.attrs...), some...)
	op := client.Start(goctx.Parent(ctx), statement.Name(info.namespace, info.system), time.Now(), all, text)
	c.SetParam(1, op.Context())
	c.SetData(op)
}

// AfterStatement ends what BeforeStatement or BeforePrepared began.
func AfterStatement(c hook.Context) {
	op, _ := c.GetData().(*dbspan.Operation)
	if op == nil {
		return
	}
	err, _ := c.GetReturnVal(1).(error)
	if c.Panicking() {
		err = errPanic
	}
	op.End(err)
}

var errPanic = errors.New("panic")

// late is an operation that gets its span when it is over, since only then it
// is known whether it deserves one.
type late struct {
	ctx   context.Context
	start time.Time
}

// BeforeBegin and BeforePrepare keep layers below from making spans.
func BeforeBegin(c hook.Context) {
	ctx, _ := c.GetParam(1).(context.Context)
	if ctx == nil || dbspan.IsInside(ctx) || dbspan.IsByHand(ctx) {
		return
	}
	if info := lookup(databaseOf(c.GetParam(0))); info == nil || info.byHand {
		return
	}
	c.SetData(late{ctx, time.Now()})
	c.SetParam(1, dbspan.Inside(ctx))
}

// AfterBegin makes the span of a BEGIN.
func AfterBegin(c hook.Context) {
	if l, ok := c.GetData().(late); ok {
		err, _ := c.GetReturnVal(1).(error)
		l.span(databaseOf(c.GetParam(0)), "BEGIN", err)
	}
}

// BeforePrepare is BeforeBegin.
func BeforePrepare(c hook.Context) { BeforeBegin(c) }

// AfterPrepare makes a span where preparing has failed: no other would show it.
func AfterPrepare(c hook.Context) {
	l, ok := c.GetData().(late)
	err, _ := c.GetReturnVal(1).(error)
	if !ok || err == nil {
		return
	}
	query, _ := c.GetParam(2).(string)
	info := lookup(databaseOf(c.GetParam(0)))
	statement := dbspan.ParseCached(query)
	some, text := statement.Attributes(query, true)
	op := client.Start(goctx.Parent(l.ctx), statement.Name(info.namespace, info.system), l.start,
		append(info.attrs[:len(info.attrs):len(info.attrs)], some...), text)
	op.End(err)
}

// BeforeEnd remembers when a COMMIT or ROLLBACK began.
func BeforeEnd(c hook.Context) {
	tx, _ := c.GetParam(0).(*sql.Tx)
	if tx == nil {
		return
	}
	ctx := field[context.Context](tx, txCtx)
	if ctx == nil {
		ctx = context.Background()
	}
	if info := lookup(databaseOf(tx)); info != nil && !info.byHand {
		c.SetData(late{ctx, time.Now()})
	}
}

// AfterCommit makes the span of a COMMIT.
func AfterCommit(c hook.Context) { end(c, "COMMIT") }

// AfterRollback makes the span of a ROLLBACK, unless the transaction was over:
// a deferred Rollback usually comes too late, and says nothing to the server.
func AfterRollback(c hook.Context) { end(c, "ROLLBACK") }

func end(c hook.Context, operation string) {
	l, ok := c.GetData().(late)
	err, _ := c.GetReturnVal(0).(error)
	if !ok || errors.Is(err, sql.ErrTxDone) {
		return
	}
	l.span(databaseOf(c.GetParam(0)), operation, err)
}

// span makes the span of a statement that the program did not write.
func (l late) span(db *sql.DB, operation string, err error) {
	info := lookup(db)
	if info == nil {
		return
	}
	all := append(info.attrs[:len(info.attrs):len(info.attrs)],
		attribute.String("db.operation.name", operation), attribute.String("db.query.summary", operation))
	client.Start(goctx.Parent(l.ctx), operation, l.start, all, nil).End(err)
}

// AfterOpen learns what a DB is connected to from its driver's name and the
// data source name.
func AfterOpen(c hook.Context) {
	dsn, _ := c.GetParam(1).(string)
	if db, _ := c.GetReturnVal(0).(*sql.DB); db != nil {
		remember(db, dsn)
	}
}

// AfterOpenDB does so from a connector. Open calls it too.
func AfterOpenDB(c hook.Context) {
	if db, _ := c.GetReturnVal(0).(*sql.DB); db != nil {
		remember(db, "")
	}
}

// BeforeClose forgets.
func BeforeClose(c hook.Context) {
	if db, _ := c.GetParam(0).(*sql.DB); db != nil {
		forget(db)
	}
}

// Fields of database/sql's types that tell where a call belongs. Where a later
// Go has none of that name and type, what depends on it is left out.
var (
	connDB      = offset[sql.Conn, *sql.DB]("db")
	txDB        = offset[sql.Tx, *sql.DB]("db")
	txCtx       = offset[sql.Tx, context.Context]("ctx")
	stmtDB      = offset[sql.Stmt, *sql.DB]("db")
	stmtQuery   = offset[sql.Stmt, string]("query")
	dbConnector = offset[sql.DB, driver.Connector]("connector")
)

// fieldAt is a field of S that holds an F; missing is none.
type fieldAt[S, F any] struct{ offset uintptr }

const missing = ^uintptr(0)

func offset[S, F any](name string) fieldAt[S, F] {
	f, ok := reflect.TypeFor[S]().FieldByName(name)
	if !ok || f.Type != reflect.TypeFor[F]() || len(f.Index) != 1 {
		return fieldAt[S, F]{missing}
	}
	return fieldAt[S, F]{f.Offset}
}

func field[F, S any](s *S, at fieldAt[S, F]) (v F) {
	if s == nil || at.offset == missing {
		return v
	}
	return *(*F)(unsafe.Add(unsafe.Pointer(s), at.offset))
}

func databaseOf(receiver any) *sql.DB {
	switch r := receiver.(type) {
	case *sql.DB:
		return r
	case *sql.Conn:
		return field[*sql.DB](r, connDB)
	case *sql.Tx:
		return field[*sql.DB](r, txDB)
	}
	return nil
}
