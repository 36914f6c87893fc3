package databasesql

import (
	"database/sql"
	"database/sql/driver"
	"net"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"sync"

	"go.opentelemetry.io/otel/attribute"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/attr"
)

// database is what is known of a DB. It never changes.
type database struct {
	system, namespace string
	attrs             []attribute.KeyValue // of every span and measurement
	pool              string
	byHand            bool // the driver is wrapped by an instrumentation
}

// A DB that is never closed is kept alive by a goroutine of its own, so holding
// it here until it is closed costs nothing.
var databases sync.Map // *sql.DB to *database

func lookup(db *sql.DB) *database {
	if db == nil {
		return nil
	}
	if d, ok := databases.Load(db); ok {
		return d.(*database)
	}
	return describe(db, "") // closed already, or opened before any hook
}

func remember(db *sql.DB, dsn string) {
	databases.Store(db, describe(db, dsn))
	watchPools()
}

func forget(db *sql.DB) { databases.Delete(db) }

// systems are the names that the conventions give to what a driver's package
// talks to.
var systems = []struct{ path, name string }{
	{"github.com/lib/pq", "postgresql"},
	{"github.com/jackc/pgx", "postgresql"},
	{"github.com/go-sql-driver/mysql", "mysql"},
	{"modernc.org/sqlite", "sqlite"},
	{"github.com/mattn/go-sqlite3", "sqlite"},
	{"github.com/ncruces/go-sqlite3", "sqlite"},
	{"github.com/glebarez/go-sqlite", "sqlite"},
	{"github.com/microsoft/go-mssqldb", "microsoft.sql_server"},
	{"github.com/denisenkom/go-mssqldb", "microsoft.sql_server"},
	{"github.com/sijms/go-ora", "oracle.db"},
	{"github.com/godror/godror", "oracle.db"},
	{"github.com/ClickHouse/clickhouse-go", "clickhouse"},
	{"github.com/snowflakedb/gosnowflake", "snowflake"},
	{"github.com/trinodb/trino-go-client", "trino"},
	{"github.com/marcboeker/go-duckdb", "duckdb"},
	{"github.com/googleapis/go-sql-spanner", "gcp.spanner"},
	{"github.com/ibmdb/go_ibm_db", "ibm.db2"},
}

func packageOf(v any) string {
	t := reflect.TypeOf(v)
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t == nil {
		return ""
	}
	return t.PkgPath()
}

func systemOf(path string) string {
	for _, s := range systems {
		if path == s.path || strings.HasPrefix(path, s.path+"/") {
			return s.name
		}
	}
	return "other_sql"
}

// target is where a DB connects to.
type target struct{ host, port, name string }

func describe(db *sql.DB, dsn string) *database {
	path := packageOf(db.Driver())
	d := &database{system: systemOf(path)}
	connector := field[driver.Connector](db, dbConnector)
	for _, p := range []string{path, packageOf(connector)} {
		d.byHand = d.byHand || strings.Contains(p, "otelsql") || strings.HasSuffix(p, "/otelpgx")
	}
	var t target
	if dsn != "" {
		t = parseDSN(d.system, dsn)
	} else if connector != nil {
		t = fromConnector(d.system, connector)
	}
	d.namespace = t.name
	d.attrs = []attribute.KeyValue{attribute.String("db.system.name", d.system)}
	if t.name != "" {
		d.attrs = append(d.attrs, attribute.String("db.namespace", t.name))
	}
	d.attrs = append(d.attrs, attr.Address(t.host, t.port)...)
	d.attrs = d.attrs[:len(d.attrs):len(d.attrs)]
	switch {
	case t.host != "" && t.port != "":
		d.pool = net.JoinHostPort(t.host, t.port)
	case t.host != "":
		d.pool = t.host
	default:
		d.pool = d.system
	}
	if t.name != "" {
		d.pool += "/" + t.name
	}
	return d
}

// parseDSN takes address and database from a data source name, and nothing that
// is secret.
func parseDSN(system, dsn string) (t target) {
	switch system {
	case "sqlite":
		return target{name: sqliteFile(dsn)}
	case "mysql":
		return parseMySQL(dsn)
	}
	if u, err := url.Parse(dsn); err == nil && u.Scheme != "" && u.Host != "" {
		t = target{host: u.Hostname(), port: u.Port(), name: strings.TrimPrefix(u.Path, "/")}
		if system == "microsoft.sql_server" {
			t.name = u.Query().Get("database")
		}
		if system == "postgresql" && t.port == "" {
			t.port = "5432"
		}
		return t
	}
	if strings.Contains(dsn, "://") {
		return t
	}
	// key=value words, PostgreSQL's by blanks, SQL Server's by semicolons.
	sep := func(r rune) bool { return r == ' ' || r == ';' || r == '\n' || r == '\t' }
	for _, word := range strings.FieldsFunc(dsn, sep) {
		k, v, _ := strings.Cut(word, "=")
		v = strings.Trim(v, "'\"")
		switch strings.ToLower(k) {
		case "host", "server", "data source":
			t.host = v
		case "port":
			t.port = v
		case "dbname", "database":
			t.name = v
		}
	}
	if system == "postgresql" && t.host != "" && t.port == "" {
		t.port = "5432"
	}
	return t
}

// parseMySQL reads [user[:password]@][net[(addr)]]/name[?params].
func parseMySQL(dsn string) (t target) {
	slash := strings.LastIndexByte(dsn, '/')
	if slash < 0 {
		return t
	}
	t.name, _, _ = strings.Cut(dsn[slash+1:], "?")
	// Slashes in parameters: the one in front of the name is the last outside.
	if q := strings.IndexByte(dsn, '?'); q >= 0 && q < slash {
		return parseMySQL(dsn[:q])
	}
	rest := dsn[:slash]
	rest = rest[strings.LastIndexByte(rest, '@')+1:]
	network, addr := rest, ""
	if open := strings.IndexByte(rest, '('); open >= 0 && strings.HasSuffix(rest, ")") {
		network, addr = rest[:open], rest[open+1:len(rest)-1]
	}
	t.host, t.port = mysqlAddress(network, addr)
	return t
}

func mysqlAddress(network, addr string) (host, port string) {
	if network == "unix" {
		return addr, ""
	}
	if addr == "" {
		addr = "127.0.0.1"
	}
	if h, p, err := net.SplitHostPort(addr); err == nil {
		return h, p
	}
	return addr, "3306"
}

func sqliteFile(dsn string) string {
	dsn = strings.TrimPrefix(dsn, "file:")
	dsn, _, _ = strings.Cut(dsn, "?")
	return strings.TrimPrefix(dsn, "//")
}

// fromConnector looks for the same in a driver's connector: a data source name,
// or a configuration with the usual fields. What it does not find is left out.
func fromConnector(system string, c driver.Connector) (t target) {
	find(reflect.ValueOf(c), 0, func(v reflect.Value) bool {
		get := func(names ...string) string {
			for _, n := range names {
				switch f := v.FieldByName(n); f.Kind() {
				case reflect.String:
					return f.String()
				case reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uint:
					return strconv.FormatUint(f.Uint(), 10)
				case reflect.Int:
					return strconv.FormatInt(f.Int(), 10)
				}
			}
			return ""
		}
		if dsn := get("dsn", "name"); dsn != "" {
			t = parseDSN(system, dsn)
			return true
		}
		switch system {
		case "mysql":
			if v.Type().Name() != "Config" {
				return false
			}
			t.name = get("DBName")
			t.host, t.port = mysqlAddress(get("Net"), get("Addr"))
			return true
		default:
			t = target{get("Host"), get("Port"), get("Database", "DBName")}
			if t.host == "" {
				// lib/pq keeps what it parsed in a map.
				if opts := v.FieldByName("opts"); opts.Kind() == reflect.Map && opts.Type().Key().Kind() == reflect.String &&
					opts.Type().Elem().Kind() == reflect.String {
					at := func(k string) string {
						if x := opts.MapIndex(reflect.ValueOf(k)); x.IsValid() {
							return x.String()
						}
						return ""
					}
					t = target{at("host"), at("port"), at("dbname")}
				}
			}
			return t.host != ""
		}
	})
	return t
}

// find calls f for the structs in v, outer ones first, until it returns true.
func find(v reflect.Value, depth int, f func(reflect.Value) bool) bool {
	for v.Kind() == reflect.Interface || v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	if v.Kind() != reflect.Struct || depth > 4 {
		return false
	}
	if f(v) {
		return true
	}
	for i := range v.NumField() {
		switch v.Field(i).Kind() {
		case reflect.Struct, reflect.Pointer, reflect.Interface:
			if find(v.Field(i), depth+1, f) {
				return true
			}
		}
	}
	return false
}
