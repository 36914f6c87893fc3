// Package span is what the directive //otel:span stands for: the statement that
// rules/span.toml puts in front of a function,
//
//	defer span.Start(&ctx, "example.com/shop", "shop.Charge", []string{"kind", "client", "args", "id"}, id).End(&err)
//
// which begins a span, gives the function's own context to what it calls, and
// ends the span with the function.
package span

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"sync"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/attr"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/registry"
)

var on = registry.Switch("span_directive", "span")

// Span is one that is under way.
type Span struct{ span trace.Span }

// Start begins the span of one call. ctx is the function's context parameter,
// which becomes that of the span; nil if there is none. directive are the keys
// and values behind //otel:span, args the values of what its key args names.
func Start(ctx *context.Context, pkg, function string, directive []string, args ...any) Span {
	if !on.Load() {
		return Span{}
	}
	d := parsed(pkg, function, directive)
	parent := context.Background()
	if ctx != nil && *ctx != nil {
		parent = *ctx
	}
	inner, span := d.tracer.Start(parent, d.name, trace.WithSpanKind(d.kind), trace.WithAttributes(d.attributes...))
	if span.IsRecording() {
		for i, v := range args {
			if i < len(d.args) {
				span.SetAttributes(attribute.KeyValue{Key: d.args[i], Value: value(v)})
			}
		}
	}
	if ctx != nil {
		*ctx = inner
	}
	return Span{span}
}

// End ends the span with what the function returns, nil if it returns no error.
// It has to be deferred.
func (s Span) End(err *error) {
	if s.span == nil {
		return
	}
	switch {
	case panicking():
		s.span.SetStatus(codes.Error, "panic")
		s.span.SetAttributes(attribute.String("error.type", "panic"))
	case err != nil && *err != nil:
		s.span.SetStatus(codes.Error, text((*err).Error))
		s.span.SetAttributes(attribute.String("error.type", fmt.Sprintf("%T", *err)))
	}
	s.span.End()
}

// panicking tells whether the deferred call of End was made by a panic, which it
// leaves alone: recovering it would change what the program prints.
func panicking() bool {
	var pcs [4]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs[:])])
	for {
		f, more := frames.Next()
		if f.Function == "runtime.gopanic" {
			return true
		}
		if !more || !strings.HasPrefix(f.Function, "runtime.") {
			return false
		}
	}
}

// directive is one that has been read.
type directive struct {
	tracer     trace.Tracer
	name       string
	kind       trace.SpanKind
	args       []attribute.Key
	attributes []attribute.KeyValue
}

type key struct{ pkg, function, text string }

// directives has those of the functions called so far.
var directives sync.Map

func parsed(pkg, function string, words []string) *directive {
	k := key{pkg, function, strings.Join(words, "\x00")}
	if d, ok := directives.Load(k); ok {
		return d.(*directive)
	}
	d := &directive{tracer: otel.Tracer(pkg), name: function, kind: trace.SpanKindInternal}
	_, short, _ := strings.Cut(function, ".")
	d.attributes = []attribute.KeyValue{attribute.String("code.function.name", pkg+"."+short)}
	for i := 0; i+1 < len(words); i += 2 {
		switch name, value := words[i], words[i+1]; name {
		case "name":
			d.name = value
		case "kind":
			d.kind = kindOf(value)
		case "args":
			d.args = split(value)
		default:
			d.attributes = append(d.attributes, attribute.String(name, value))
		}
	}
	actual, _ := directives.LoadOrStore(k, d)
	return actual.(*directive)
}

func kindOf(name string) trace.SpanKind {
	for _, k := range []trace.SpanKind{trace.SpanKindServer, trace.SpanKindClient, trace.SpanKindProducer, trace.SpanKindConsumer} {
		if strings.EqualFold(name, k.String()) {
			return k
		}
	}
	return trace.SpanKindInternal
}

// split parts a list of expressions at the commas that are in no brackets.
func split(list string) []attribute.Key {
	var out []attribute.Key
	depth, start := 0, 0
	for i := 0; i <= len(list); i++ {
		if i == len(list) || list[i] == ',' && depth == 0 {
			out = append(out, attribute.Key(strings.TrimSpace(list[start:i])))
			start = i + 1
			continue
		}
		switch list[i] {
		case '(', '[', '{':
			depth++
		case ')', ']', '}':
			depth--
		}
	}
	return out
}

// maxText bounds what an argument of a type unknown here may add.
const maxText = 1024

func value(v any) attribute.Value {
	if a, ok := attr.Value(v); ok {
		return a
	}
	s := fmt.Sprint(v) // survives a String that panics
	if len(s) > maxText {
		s = strings.ToValidUTF8(s[:maxText], "") + "…"
	}
	return attribute.StringValue(s)
}

func text(f func() string) (s string) {
	defer func() {
		if e := recover(); e != nil {
			s = fmt.Sprint("error text panics: ", e)
		}
	}()
	return f()
}
