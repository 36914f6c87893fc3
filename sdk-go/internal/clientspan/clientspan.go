// Package clientspan lets what knows an API tell the instrumentation of the HTTP
// client below it what a request is: the span stays the one of that request, and
// gets a name and attributes that only the API's own client knows.
package clientspan

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

// Request describes one HTTP request. It is used for that request alone.
type Request struct {
	// Template is url.template: the path with names instead of values.
	Template string
	// Attrs are further attributes of the span.
	Attrs []attribute.KeyValue
	// Opens tells that the answer's body goes on for as long as the program
	// wants it to; the span ends with its headers then.
	Opens bool

	span trace.Span
}

type key struct{}

// NewContext gives a request's context its description.
func NewContext(ctx context.Context, r *Request) context.Context {
	return context.WithValue(ctx, key{}, r)
}

// FromContext returns the description of a request, or nil.
func FromContext(ctx context.Context) *Request {
	r, _ := ctx.Value(key{}).(*Request)
	return r
}

// Started is told of the request's span.
func (r *Request) Started(s trace.Span) {
	r.span = s
	if !s.IsRecording() {
		return
	}
	if r.Template != "" {
		s.SetAttributes(attribute.String("url.template", r.Template))
	}
	s.SetAttributes(r.Attrs...)
}

// Answered is told that the headers of the answer are there.
func (r *Request) Answered() {
	if r.Opens && r.span != nil {
		r.span.End()
	}
}
