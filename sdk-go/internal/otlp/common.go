package otlp

import (
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/instrumentation"
	"go.opentelemetry.io/otel/sdk/resource"
	"google.golang.org/protobuf/encoding/protowire"
)

// The parts that all signals share: opentelemetry/proto/common/v1 and
// resource/v1.

// Resource writes the field 1 of a resource's group, if there is something in
// it.
func (e *Encoder) Resource(r *resource.Resource) {
	m := e.Begin(1, "resource")
	e.Set(1, "attributes", r.Set())
	e.End(m)
}

// Scope writes the field 1 of a scope's group.
func (e *Encoder) Scope(s instrumentation.Scope) {
	if s == (instrumentation.Scope{}) {
		return
	}
	m := e.Begin(1, "scope")
	e.String(1, "name", s.Name)
	e.String(2, "version", s.Version)
	e.Set(3, "attributes", &s.Attributes)
	e.End(m)
}

// Set writes attributes.
func (e *Encoder) Set(num protowire.Number, name string, s *attribute.Set) {
	if s.Len() == 0 {
		return
	}
	e.List(name)
	for it := s.Iter(); it.Next(); {
		e.KeyValue(num, it.Attribute())
	}
	e.EndList()
}

// Attributes writes attributes.
func (e *Encoder) Attributes(num protowire.Number, name string, kvs []attribute.KeyValue) {
	if len(kvs) == 0 {
		return
	}
	e.List(name)
	for _, kv := range kvs {
		e.KeyValue(num, kv)
	}
	e.EndList()
}

// KeyValue writes one element of a list of attributes.
func (e *Encoder) KeyValue(num protowire.Number, kv attribute.KeyValue) {
	m := e.Item(num)
	e.String(1, "key", string(kv.Key))
	v := e.Begin(2, "value")
	e.any(kv.Value)
	e.End(v)
	e.End(m)
}

// Value writes a field of type AnyValue.
func (e *Encoder) Value(num protowire.Number, name string, v attribute.Value) {
	m := e.Begin(num, name)
	e.any(v)
	e.End(m)
}

// any writes the content of an AnyValue, nothing for an empty one.
func (e *Encoder) any(v attribute.Value) {
	switch v.Type() {
	case attribute.BOOL:
		e.BoolAlways(2, "boolValue", v.AsBool())
	case attribute.INT64:
		e.IntAlways(3, "intValue", v.AsInt64())
	case attribute.FLOAT64:
		e.DoubleAlways(4, "doubleValue", v.AsFloat64())
	case attribute.STRING:
		e.StringAlways(1, "stringValue", v.AsString())
	case attribute.BOOLSLICE:
		array(e, v.AsBoolSlice(), func(x bool) { e.BoolAlways(2, "boolValue", x) })
	case attribute.INT64SLICE:
		array(e, v.AsInt64Slice(), func(x int64) { e.IntAlways(3, "intValue", x) })
	case attribute.FLOAT64SLICE:
		array(e, v.AsFloat64Slice(), func(x float64) { e.DoubleAlways(4, "doubleValue", x) })
	case attribute.STRINGSLICE:
		array(e, v.AsStringSlice(), func(x string) { e.StringAlways(1, "stringValue", x) })
	default:
		// Types that came after the oldest version that this is built with.
		switch x := v.AsInterface().(type) {
		case nil:
		case []byte:
			e.BytesAlways(7, "bytesValue", x)
		case []attribute.Value:
			array(e, x, e.any)
		case []attribute.KeyValue:
			m := e.Begin(6, "kvlistValue")
			e.Attributes(1, "values", x)
			e.End(m)
		default:
			e.StringAlways(1, "stringValue", v.Emit())
		}
	}
}

func array[T any](e *Encoder, list []T, write func(T)) {
	m := e.Begin(5, "arrayValue")
	if len(list) > 0 {
		e.List("values")
		for _, x := range list {
			v := e.Item(1)
			write(x)
			e.End(v)
		}
		e.EndList()
	}
	e.End(m)
}

// A Group is what has the same resource and scope.
type Group[T any] struct {
	Resource *resource.Resource
	Scopes   []ScopeGroup[T]
}

// ScopeGroup is what has the same scope.
type ScopeGroup[T any] struct {
	Scope instrumentation.Scope
	Items []T
}

// Grouped sorts records by resource and scope, in the order in which they first
// appear.
func Grouped[T any](list []T, of func(T) (*resource.Resource, instrumentation.Scope)) []Group[T] {
	type place struct{ group, scope int }
	type key struct {
		resource attribute.Distinct
		scope    instrumentation.Scope
	}
	var groups []Group[T]
	resources := map[attribute.Distinct]int{}
	places := map[key]place{}
	for _, x := range list {
		r, s := of(x)
		k := key{r.Equivalent(), s}
		p, ok := places[k]
		if !ok {
			g, known := resources[k.resource]
			if !known {
				g = len(groups)
				resources[k.resource] = g
				groups = append(groups, Group[T]{Resource: r})
			}
			p = place{g, len(groups[g].Scopes)}
			groups[g].Scopes = append(groups[g].Scopes, ScopeGroup[T]{Scope: s})
			places[k] = p
		}
		sg := &groups[p.group].Scopes[p.scope]
		sg.Items = append(sg.Items, x)
	}
	return groups
}

// Groups writes the whole message of a signal, whose fields have the names
// given: "resourceSpans", "scopeSpans", "spans".
func Groups[T any](e *Encoder, groups []Group[T], outer, middle, inner string, item func(T)) {
	e.List(outer)
	for _, g := range groups {
		m := e.Item(1)
		e.Resource(g.Resource)
		e.List(middle)
		for _, s := range g.Scopes {
			m := e.Item(2)
			e.Scope(s.Scope)
			e.List(inner)
			for _, x := range s.Items {
				m := e.Item(2)
				item(x)
				e.End(m)
			}
			e.EndList()
			e.String(3, "schemaUrl", s.Scope.SchemaURL)
			e.End(m)
		}
		e.EndList()
		e.String(3, "schemaUrl", g.Resource.SchemaURL())
		e.End(m)
	}
	e.EndList()
}
