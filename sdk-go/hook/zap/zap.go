// Package zap puts trace_id and span_id into each record that zap writes, once a
// writer: those of a field that holds a context.Context, else of the goroutine's
// span. They stand at the top of the record, above the namespaces that
// zap.Namespace opens. Cores of others than zap's own get what they always got.
package zap

import (
	"bytes"
	"context"
	"reflect"
	"slices"

	"go.uber.org/zap/buffer"
	"go.uber.org/zap/zapcore"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/logids"
)

// BeforeWrite runs when zap's core for writers is given a record.
func BeforeWrite(c hook.Context) {
	fields, _ := c.GetParam(2).([]zapcore.Field)
	var ctx context.Context
	for i := range fields {
		if fields[i].Key == logids.TraceKey {
			return
		}
		if in, ok := fields[i].Interface.(context.Context); ok {
			ctx = in
		}
	}
	sc := logids.Current(ctx)
	if !sc.IsValid() {
		return
	}
	ids := [2]zapcore.Field{
		{Key: logids.TraceKey, Type: zapcore.StringType, String: sc.TraceID().String()},
		{Key: logids.SpanKey, Type: zapcore.StringType, String: sc.SpanID().String()},
	}
	core := c.GetParam(0)
	if enc, json := encoderOf(core); json != nil {
		if bytes.Contains(json.buf.Bytes(), []byte(logids.TraceKey)) {
			return
		}
		if json.open > 0 {
			if above := withEncoder(core, aboveNamespaces(enc, ids)); above != nil {
				c.SetParam(0, above)
				return
			}
		}
	}
	// In front, so that a namespace among the fields does not take them in.
	c.SetParam(2, slices.Concat(ids[:], fields))
}

// jsonEncoder is what is looked at of zap's, on which its console's stands.
type jsonEncoder struct {
	buf    *buffer.Buffer
	spaced bool
	open   int // namespaces
}

// zap's fields are found by name and type; where one is not what it was, ids go
// with the fields.
func field[T any](v reflect.Value, name string) *T {
	f, ok := v.Type().FieldByName(name)
	if !ok || len(f.Index) != 1 || f.Type != reflect.TypeFor[T]() {
		return nil
	}
	return (*T)(v.FieldByIndex(f.Index).Addr().UnsafePointer())
}

func structOf(v any) reflect.Value {
	r := reflect.ValueOf(v)
	if r.Kind() == reflect.Pointer && !r.IsNil() {
		r = r.Elem()
	}
	if r.Kind() != reflect.Struct {
		return reflect.Value{}
	}
	return r
}

// Context returns what With has added to a core of zap's for writers, or to the
// first of several: JSON without the outermost braces, open namespaces open.
func Context(core zapcore.Core) []byte {
	if v := reflect.ValueOf(core); v.Kind() == reflect.Slice && v.Len() > 0 && v.Type().Elem() == reflect.TypeFor[zapcore.Core]() {
		core, _ = v.Index(0).Interface().(zapcore.Core)
	}
	if v := structOf(core); v.IsValid() && v.CanAddr() {
		// A sampler, and what else embeds a core.
		if in := field[zapcore.Core](v, "Core"); in != nil && *in != nil {
			return Context(*in)
		}
	}
	if _, json := encoderOf(core); json != nil {
		return json.buf.Bytes()
	}
	return nil
}

func encoderOf(core any) (zapcore.Encoder, *jsonEncoder) {
	v := structOf(core)
	if !v.IsValid() || !v.CanAddr() {
		return nil, nil
	}
	enc := field[zapcore.Encoder](v, "enc")
	if enc == nil {
		return nil, nil
	}
	return *enc, jsonOf(*enc)
}

func jsonOf(enc zapcore.Encoder) *jsonEncoder {
	v := structOf(enc)
	if !v.IsValid() {
		return nil
	}
	if f, ok := v.Type().FieldByName("jsonEncoder"); ok && len(f.Index) == 1 && f.Type.Kind() == reflect.Pointer {
		v = v.FieldByIndex(f.Index).Elem()
	}
	if v.Kind() != reflect.Struct || !v.CanAddr() {
		return nil
	}
	buf, spaced, open := field[*buffer.Buffer](v, "buf"), field[bool](v, "spaced"), field[int](v, "openNamespaces")
	if buf == nil || *buf == nil || spaced == nil || open == nil {
		return nil
	}
	return &jsonEncoder{*buf, *spaced, *open}
}

// aboveNamespaces returns a copy of enc that has ids before all that With has
// added, nil if that does not work out.
func aboveNamespaces(enc zapcore.Encoder, ids [2]zapcore.Field) zapcore.Encoder {
	enc = enc.Clone()
	json := jsonOf(enc)
	if json == nil {
		return nil
	}
	rest := slices.Clone(json.buf.Bytes())
	json.buf.Reset()
	for _, id := range ids {
		id.AddTo(enc)
	}
	json.buf.AppendByte(',')
	if json.spaced {
		json.buf.AppendByte(' ')
	}
	_, _ = json.buf.Write(rest)
	return enc
}

func withEncoder(core any, enc zapcore.Encoder) any {
	if enc == nil {
		return nil
	}
	old := structOf(core)
	v := reflect.New(old.Type())
	v.Elem().Set(reflect.NewAt(old.Type(), old.Addr().UnsafePointer()).Elem())
	*field[zapcore.Encoder](v.Elem(), "enc") = enc
	return v.Interface()
}
