package dbspan

import (
	"bytes"
	"context"
	"encoding/binary"
	"net"
	"strings"
	"sync"
	"time"

	"go.opentelemetry.io/otel/attribute"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/attr"
)

// Mongo makes the spans of commands of a MongoDB driver, which tells of them by
// events. Both major versions of the driver have the same, of other types.
type Mongo struct {
	client *Client
	open   sync.Map // mongoKey to *Operation
}

type mongoKey struct {
	connection string
	request    int64
}

// NewMongo is like NewClient.
func NewMongo(scope string) *Mongo { return &Mongo{client: NewClient(scope)} }

// Start begins the span of a command. connection is as the driver writes it:
// host:port[-number].
func (m *Mongo) Start(ctx context.Context, connection string, request int64, database, command string, body []byte) {
	if IsInside(ctx) || IsByHand(ctx) || command == "endSessions" || command == "hello" || command == "isMaster" {
		return
	}
	host, port := connection, ""
	if i := strings.LastIndexByte(connection, '['); i > 0 {
		host = connection[:i] // host:port[-number]
	}
	if h, p, err := net.SplitHostPort(host); err == nil {
		host, port = h, p
	}
	all := []attribute.KeyValue{attribute.String("db.system.name", "mongodb"), attribute.String("db.operation.name", command)}
	if database != "" {
		all = append(all, attribute.String("db.namespace", database))
	}
	all = append(all, attr.Address(host, port)...)
	name := command
	collection := bsonString(body, command)
	if collection == "" {
		collection = bsonString(body, "collection") // getMore's
	}
	if collection != "" {
		name += " " + collection
		all = append(all, attribute.String("db.collection.name", collection))
	}
	op := m.client.Start(ctx, name, time.Now(), all, []attribute.KeyValue{attribute.String("db.query.text", bsonShape(body))})
	m.open.Store(mongoKey{connection, request}, op)
}

// End ends what Start began, if it did.
func (m *Mongo) End(connection string, request int64, err error) {
	if op, ok := m.open.LoadAndDelete(mongoKey{connection, request}); ok {
		op.(*Operation).End(err)
	}
}

// MongoError is a server's error.
type MongoError struct{ Type, Code, Message string }

func (e *MongoError) Error() string { return e.Message }

// bsonEach calls f for the elements of a document until it returns false, and
// tells whether the document was well-formed so far.
func bsonEach(doc []byte, f func(kind byte, key string, value []byte) bool) bool {
	if len(doc) < 5 {
		return false
	}
	size := int(binary.LittleEndian.Uint32(doc))
	if size < 5 || size > len(doc) {
		return false
	}
	rest := doc[4 : size-1]
	for len(rest) > 0 {
		kind := rest[0]
		end := bytes.IndexByte(rest[1:], 0)
		if end < 0 {
			return false
		}
		key := string(rest[1 : 1+end])
		rest = rest[2+end:]
		n := bsonSize(kind, rest)
		if n < 0 || n > len(rest) {
			return false
		}
		if !f(kind, key, rest[:n]) {
			return true
		}
		rest = rest[n:]
	}
	return true
}

// bsonSize returns the bytes of a value, or -1.
func bsonSize(kind byte, b []byte) int {
	length := func(extra int) int {
		if len(b) < 4 {
			return -1
		}
		n := int(int32(binary.LittleEndian.Uint32(b)))
		if n < 0 {
			return -1
		}
		return n + extra
	}
	switch kind {
	case 0x01, 0x09, 0x11, 0x12: // double, date, timestamp, int64
		return 8
	case 0x02, 0x0d, 0x0e: // string, code, symbol
		return length(4)
	case 0x03, 0x04, 0x0f: // document, array, code with scope
		return length(0)
	case 0x05: // binary
		return length(5)
	case 0x06, 0x0a, 0x7f, 0xff: // undefined, null, max key, min key
		return 0
	case 0x07: // object id
		return 12
	case 0x08: // boolean
		return 1
	case 0x0b: // regular expression: two texts
		n := 0
		for range 2 {
			i := bytes.IndexByte(b[n:], 0)
			if i < 0 {
				return -1
			}
			n += i + 1
		}
		return n
	case 0x0c: // pointer
		return length(16)
	case 0x10: // int32
		return 4
	case 0x13: // decimal
		return 16
	}
	return -1
}

func bsonString(doc []byte, name string) (s string) {
	bsonEach(doc, func(kind byte, key string, v []byte) bool {
		if key != name {
			return true
		}
		if kind == 0x02 && len(v) > 5 {
			s = string(v[4 : len(v)-1])
		}
		return false
	})
	return s
}

const maxShape = 2048

// notShown are elements that every command has and that say nothing of it.
var notShown = map[string]bool{"lsid": true, "$clusterTime": true, "$db": true, "txnNumber": true, "$readPreference": true,
	"autocommit": true, "startTransaction": true}

// bsonShape writes a command with its keys and without its values, but for the
// command's own, the collection's name.
func bsonShape(doc []byte) string {
	var b strings.Builder
	first := true
	b.WriteByte('{')
	bsonEach(doc, func(kind byte, key string, v []byte) bool {
		if notShown[key] {
			return true
		}
		if !first {
			b.WriteByte(',')
		}
		b.WriteString(quoteKey(key))
		if first && kind == 0x02 && len(v) > 5 {
			b.WriteString(strings.TrimSuffix(quoteKey(string(v[4:len(v)-1])), ":"))
		} else {
			shape(&b, kind, v, 0)
		}
		first = false
		return b.Len() < maxShape
	})
	b.WriteByte('}')
	return b.String()
}

func quoteKey(key string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(key) + `":`
}

func shape(b *strings.Builder, kind byte, v []byte, depth int) {
	if kind != 0x03 && kind != 0x04 || depth > 8 {
		b.WriteByte('?')
		return
	}
	open, end := byte('{'), byte('}')
	if kind == 0x04 {
		open, end = '[', ']'
	}
	b.WriteByte(open)
	first := true
	bsonEach(v, func(k byte, key string, v []byte) bool {
		if !first {
			if kind == 0x04 { // one element stands for all
				return false
			}
			b.WriteByte(',')
		}
		first = false
		if kind == 0x03 {
			b.WriteString(quoteKey(key))
		}
		shape(b, k, v, depth+1)
		return b.Len() < maxShape
	})
	b.WriteByte(end)
}
