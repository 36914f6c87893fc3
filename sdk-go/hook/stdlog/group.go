package stdlog

import (
	"bytes"
	"log/slog"
	"reflect"
	"unsafe"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/logids"
)

// What comes with a record is part of the groups that WithGroup opened, and
// whoever looks for a trace looks for its id at the top. So the ids go in front
// of what a handler has formatted beforehand, which is where its groups are
// opened: into a copy of the handler that serves this one record.
//
// slog has no other way in. Its fields are looked up by name and type once; where
// one is not what it was, ids go with the record, as they do without groups.

// fields of slog's commonHandler, which all of its handlers point to first.
var fields = findFields(reflect.TypeFor[slog.JSONHandler]())

type handlerFields struct {
	common reflect.Type

	json, preformatted, prefix, groups, open uintptr
}

func findFields(handler reflect.Type) *handlerFields {
	if handler.NumField() != 1 || handler.Field(0).Type.Kind() != reflect.Pointer {
		return nil
	}
	f := &handlerFields{common: handler.Field(0).Type.Elem()}
	if f.common.Kind() != reflect.Struct {
		return nil
	}
	for _, want := range []struct {
		name string
		typ  reflect.Type
		at   *uintptr
	}{
		{"json", reflect.TypeFor[bool](), &f.json},
		{"preformattedAttrs", reflect.TypeFor[[]byte](), &f.preformatted},
		{"groupPrefix", reflect.TypeFor[string](), &f.prefix},
		{"groups", reflect.TypeFor[[]string](), &f.groups},
		{"nOpenGroups", reflect.TypeFor[int](), &f.open},
	} {
		field, ok := f.common.FieldByName(want.name)
		if !ok || field.Type != want.typ {
			return nil
		}
		*want.at = field.Offset
	}
	return f
}

// commonOf returns what a handler points to first, nil if that is not slog's.
func commonOf(handler any) unsafe.Pointer {
	v := reflect.ValueOf(handler)
	if fields == nil || v.Kind() != reflect.Pointer || v.IsNil() || v.Type().Elem().Kind() != reflect.Struct ||
		v.Elem().NumField() == 0 {
		return nil
	}
	first := v.Elem().Field(0)
	if first.Kind() != reflect.Pointer || first.Type().Elem() != fields.common {
		return nil
	}
	return first.UnsafePointer()
}

func at[T any](common unsafe.Pointer, offset uintptr) *T { return (*T)(unsafe.Add(common, offset)) }

// hasID tells whether an id of the program's own is among what the handler has
// formatted beforehand.
func hasID(handler any) bool {
	common := commonOf(handler)
	return common != nil && bytes.Contains(*at[[]byte](common, fields.preformatted), []byte(logids.TraceKey))
}

// withCommon returns a copy of a handler that points to common.
func withCommon(handler any, common unsafe.Pointer) slog.Handler {
	old := reflect.ValueOf(handler)
	v := reflect.New(old.Type().Elem())
	v.Elem().Set(old.Elem())
	*(*unsafe.Pointer)(v.UnsafePointer()) = common
	h, _ := v.Interface().(slog.Handler)
	return h
}

func (f *handlerFields) copy(common unsafe.Pointer) unsafe.Pointer {
	v := reflect.New(f.common)
	v.Elem().Set(reflect.NewAt(f.common, common).Elem())
	return v.UnsafePointer()
}

// aboveGroups returns a handler like the given one that has ids above its
// groups; nil if it has none.
func aboveGroups(handler any, ids []slog.Attr) slog.Handler {
	common := commonOf(handler)
	if common == nil || len(*at[[]string](common, fields.groups)) == 0 {
		return nil
	}
	// The handler itself formats the ids, since it has options.
	top := fields.copy(common)
	*at[[]string](top, fields.groups) = nil
	*at[string](top, fields.prefix) = ""
	*at[int](top, fields.open) = 0
	*at[[]byte](top, fields.preformatted) = nil
	h := withCommon(handler, top)
	if h == nil {
		return nil
	}
	with := commonOf(h.WithAttrs(ids))
	if with == nil {
		return nil
	}
	text := *at[[]byte](with, fields.preformatted)
	all := fields.copy(common)
	if rest := *at[[]byte](common, fields.preformatted); len(rest) > 0 && len(text) > 0 {
		separator := byte(' ')
		if *at[bool](common, fields.json) {
			separator = ','
		}
		text = append(append(text, separator), rest...)
	} else if len(text) == 0 {
		text = rest
	}
	*at[[]byte](all, fields.preformatted) = text
	return withCommon(handler, all)
}
