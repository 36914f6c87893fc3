// Package otlp exports spans, metrics and (through package hook/otellog) log
// records over OTLP/HTTP, as protobuf or JSON.
//
// It exists because the official exporters bring gRPC, its gateway and the
// whole of protobuf's reflection into every instrumented program. What the
// official SDK hands to an exporter is written to the wire here without
// building messages first: one walk over the data, two notations. The modules
// of test/exporters hold it against the official exporters, request by request.
//
// Where the two differ on purpose: text that is not UTF-8 is mended instead of
// costing the whole batch; links keep their trace state; a refused or broken
// connection is tried again, so that a Collector may restart; and what the
// Collector has rejected is no failure of the export.
package otlp

import (
	"encoding/base64"
	"encoding/hex"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"google.golang.org/protobuf/encoding/protowire"
)

// An Encoder writes one OTLP message in protobuf's or in OTLP's JSON notation.
// Each method takes a field's number, which the one notation wants, and its
// name, which the other does. Fields that hold their default are left out,
// except by methods that say so.
type Encoder struct {
	buf  []byte
	json bool
}

// NewEncoder returns an encoder of protobuf or JSON.
func NewEncoder(json bool) *Encoder { return &Encoder{json: json} }

// Encode returns the message whose fields f writes.
func (e *Encoder) Encode(f func()) []byte {
	if !e.json {
		f()
		return e.buf
	}
	e.buf = append(e.buf, '{')
	f()
	return append(e.buf, '}')
}

// key begins a field in JSON.
func (e *Encoder) key(name string) {
	e.comma()
	e.buf = append(e.buf, '"')
	e.buf = append(e.buf, name...)
	e.buf = append(e.buf, '"', ':')
}

// comma stands between the elements of an object or array.
func (e *Encoder) comma() {
	if n := len(e.buf); n > 0 && e.buf[n-1] != '{' && e.buf[n-1] != '[' {
		e.buf = append(e.buf, ',')
	}
}

// tag begins a field in protobuf.
func (e *Encoder) tag(num protowire.Number, t protowire.Type) {
	e.buf = protowire.AppendTag(e.buf, num, t)
}

// Begin opens a message that is a field; End closes it with what Begin
// returned. It is written even when nothing is in it.
func (e *Encoder) Begin(num protowire.Number, name string) int {
	if e.json {
		e.key(name)
		e.buf = append(e.buf, '{')
		return 0
	}
	return e.beginProto(num)
}

func (e *Encoder) beginProto(num protowire.Number) int {
	e.tag(num, protowire.BytesType)
	e.buf = append(e.buf, 0) // most messages are shorter than 128 bytes
	return len(e.buf)
}

// End closes a message.
func (e *Encoder) End(start int) {
	if e.json {
		e.buf = append(e.buf, '}')
		return
	}
	size := uint64(len(e.buf) - start)
	if size < 0x80 {
		e.buf[start-1] = byte(size)
		return
	}
	more := protowire.SizeVarint(size) - 1
	var pad [9]byte
	e.buf = append(e.buf, pad[:more]...)
	copy(e.buf[start+more:], e.buf[start:len(e.buf)-more])
	protowire.AppendVarint(e.buf[:start-1], size)
}

// List opens a repeated message field, whose elements Item opens.
func (e *Encoder) List(name string) {
	if e.json {
		e.key(name)
		e.buf = append(e.buf, '[')
	}
}

// Item opens an element of the field num; End closes it.
func (e *Encoder) Item(num protowire.Number) int {
	if e.json {
		e.comma()
		e.buf = append(e.buf, '{')
		return 0
	}
	return e.beginProto(num)
}

// EndList closes what List has opened.
func (e *Encoder) EndList() {
	if e.json {
		e.buf = append(e.buf, ']')
	}
}

// String writes a text.
func (e *Encoder) String(num protowire.Number, name, v string) {
	if v != "" {
		e.StringAlways(num, name, v)
	}
}

// StringAlways writes a text, also an empty one.
func (e *Encoder) StringAlways(num protowire.Number, name, v string) {
	if e.json {
		e.key(name)
		e.quote(v)
		return
	}
	if !utf8.ValidString(v) {
		v = strings.ToValidUTF8(v, "\uFFFD")
	}
	e.tag(num, protowire.BytesType)
	e.buf = protowire.AppendString(e.buf, v)
}

// quote appends a JSON string.
func (e *Encoder) quote(s string) {
	const digits = "0123456789abcdef"
	b := append(e.buf, '"')
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c >= utf8.RuneSelf:
			r, n := utf8.DecodeRuneInString(s[i:])
			b = utf8.AppendRune(b, r) // U+FFFD for what is no UTF-8
			i += n
			continue
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c < ' ':
			b = append(b, '\\', 'u', '0', '0', digits[c>>4], digits[c&15])
		default:
			b = append(b, c)
		}
		i++
	}
	e.buf = append(b, '"')
}

// ID writes a trace or span id, hexadecimal in JSON.
func (e *Encoder) ID(num protowire.Number, name string, v []byte) {
	if len(v) == 0 {
		return
	}
	if e.json {
		e.key(name)
		e.buf = append(e.buf, '"')
		e.buf = hex.AppendEncode(e.buf, v)
		e.buf = append(e.buf, '"')
		return
	}
	e.tag(num, protowire.BytesType)
	e.buf = protowire.AppendBytes(e.buf, v)
}

// BytesAlways writes bytes, also no bytes.
func (e *Encoder) BytesAlways(num protowire.Number, name string, v []byte) {
	if e.json {
		e.key(name)
		e.buf = append(e.buf, '"')
		e.buf = base64.StdEncoding.AppendEncode(e.buf, v)
		e.buf = append(e.buf, '"')
		return
	}
	e.tag(num, protowire.BytesType)
	e.buf = protowire.AppendBytes(e.buf, v)
}

// decimal writes a 64-bit number in JSON: quoted, since JavaScript would round
// it.
func (e *Encoder) decimal(name string, v uint64) {
	e.key(name)
	e.buf = append(e.buf, '"')
	e.buf = strconv.AppendUint(e.buf, v, 10)
	e.buf = append(e.buf, '"')
}

func (e *Encoder) signed(name string, v int64) {
	e.key(name)
	e.buf = append(e.buf, '"')
	e.buf = strconv.AppendInt(e.buf, v, 10)
	e.buf = append(e.buf, '"')
}

// Fixed64 writes a field of type fixed64.
func (e *Encoder) Fixed64(num protowire.Number, name string, v uint64) {
	switch {
	case v == 0:
	case e.json:
		e.decimal(name, v)
	default:
		e.tag(num, protowire.Fixed64Type)
		e.buf = protowire.AppendFixed64(e.buf, v)
	}
}

// Time writes nanoseconds since 1970; what was before is 0.
func (e *Encoder) Time(num protowire.Number, name string, t time.Time) {
	e.Fixed64(num, name, uint64(max(0, t.UnixNano())))
}

// SFixed64Always writes a field of type sfixed64.
func (e *Encoder) SFixed64Always(num protowire.Number, name string, v int64) {
	if e.json {
		e.signed(name, v)
		return
	}
	e.tag(num, protowire.Fixed64Type)
	e.buf = protowire.AppendFixed64(e.buf, uint64(v))
}

// IntAlways writes a field of type int64.
func (e *Encoder) IntAlways(num protowire.Number, name string, v int64) {
	if e.json {
		e.signed(name, v)
		return
	}
	e.tag(num, protowire.VarintType)
	e.buf = protowire.AppendVarint(e.buf, uint64(v))
}

// small writes a number that JSON shows as one.
func (e *Encoder) small(name string, v int64) {
	e.key(name)
	e.buf = strconv.AppendInt(e.buf, v, 10)
}

// Uint32 writes a field of type uint32 or an enumeration.
func (e *Encoder) Uint32(num protowire.Number, name string, v uint32) {
	switch {
	case v == 0:
	case e.json:
		e.small(name, int64(v))
	default:
		e.tag(num, protowire.VarintType)
		e.buf = protowire.AppendVarint(e.buf, uint64(v))
	}
}

// Count writes a number of things as uint32.
func (e *Encoder) Count(num protowire.Number, name string, n int) {
	e.Uint32(num, name, uint32(min(max(0, int64(n)), math.MaxUint32)))
}

// Fixed32 writes a field of type fixed32.
func (e *Encoder) Fixed32(num protowire.Number, name string, v uint32) {
	switch {
	case v == 0:
	case e.json:
		e.small(name, int64(v))
	default:
		e.tag(num, protowire.Fixed32Type)
		e.buf = protowire.AppendFixed32(e.buf, v)
	}
}

// SInt32 writes a field of type sint32.
func (e *Encoder) SInt32(num protowire.Number, name string, v int32) {
	switch {
	case v == 0:
	case e.json:
		e.small(name, int64(v))
	default:
		e.tag(num, protowire.VarintType)
		e.buf = protowire.AppendVarint(e.buf, protowire.EncodeZigZag(int64(v)))
	}
}

// Bool writes a truth value.
func (e *Encoder) Bool(num protowire.Number, name string, v bool) {
	if v {
		e.BoolAlways(num, name, v)
	}
}

// BoolAlways writes a truth value, also false.
func (e *Encoder) BoolAlways(num protowire.Number, name string, v bool) {
	if e.json {
		e.key(name)
		e.buf = strconv.AppendBool(e.buf, v)
		return
	}
	e.tag(num, protowire.VarintType)
	e.buf = protowire.AppendVarint(e.buf, protowire.EncodeBool(v))
}

// Double writes a number.
func (e *Encoder) Double(num protowire.Number, name string, v float64) {
	// Minus zero is no default.
	if math.Float64bits(v) != 0 {
		e.DoubleAlways(num, name, v)
	}
}

// DoubleAlways writes a number, also 0.
func (e *Encoder) DoubleAlways(num protowire.Number, name string, v float64) {
	if e.json {
		e.key(name)
		e.float(v)
		return
	}
	e.tag(num, protowire.Fixed64Type)
	e.buf = protowire.AppendFixed64(e.buf, math.Float64bits(v))
}

func (e *Encoder) float(v float64) {
	switch {
	case math.IsNaN(v):
		e.buf = append(e.buf, `"NaN"`...)
	case math.IsInf(v, 1):
		e.buf = append(e.buf, `"Infinity"`...)
	case math.IsInf(v, -1):
		e.buf = append(e.buf, `"-Infinity"`...)
	default:
		e.buf = strconv.AppendFloat(e.buf, v, 'g', -1, 64)
	}
}

// Fixed64s writes a packed list of fixed64.
func (e *Encoder) Fixed64s(num protowire.Number, name string, v []uint64) {
	if len(v) == 0 {
		return
	}
	if e.json {
		e.decimals(name, v)
		return
	}
	e.tag(num, protowire.BytesType)
	e.buf = protowire.AppendVarint(e.buf, uint64(8*len(v)))
	for _, x := range v {
		e.buf = protowire.AppendFixed64(e.buf, x)
	}
}

// Uint64s writes a packed list of uint64.
func (e *Encoder) Uint64s(num protowire.Number, name string, v []uint64) {
	if len(v) == 0 {
		return
	}
	if e.json {
		e.decimals(name, v)
		return
	}
	start := e.beginProto(num)
	for _, x := range v {
		e.buf = protowire.AppendVarint(e.buf, x)
	}
	e.End(start)
}

func (e *Encoder) decimals(name string, v []uint64) {
	e.key(name)
	e.buf = append(e.buf, '[')
	for i, x := range v {
		if i > 0 {
			e.buf = append(e.buf, ',')
		}
		e.buf = append(e.buf, '"')
		e.buf = strconv.AppendUint(e.buf, x, 10)
		e.buf = append(e.buf, '"')
	}
	e.buf = append(e.buf, ']')
}

// Doubles writes a packed list of numbers.
func (e *Encoder) Doubles(num protowire.Number, name string, v []float64) {
	if len(v) == 0 {
		return
	}
	if e.json {
		e.key(name)
		e.buf = append(e.buf, '[')
		for i, x := range v {
			if i > 0 {
				e.buf = append(e.buf, ',')
			}
			e.float(x)
		}
		e.buf = append(e.buf, ']')
		return
	}
	e.tag(num, protowire.BytesType)
	e.buf = protowire.AppendVarint(e.buf, uint64(8*len(v)))
	for _, x := range v {
		e.buf = protowire.AppendFixed64(e.buf, math.Float64bits(x))
	}
}
