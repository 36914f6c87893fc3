// Package fasthttp instruments fasthttp's servers and clients, and so what is
// built on them (fiber). There is no official instrumentation; spans and metrics
// are those of the HTTP conventions, as otelhttp makes them for net/http.
//
// fasthttp has no context.Context of a request that could carry a span: calls
// made by a handler join the request through the goroutine. A program that
// needs the context itself finds it in the request's user values, see
// serverspan.FastHTTPKey.
//
// Switching "fasthttp" off at run time makes servers and clients pass requests
// on untouched. A server that began to serve while it was off stays
// uninstrumented.
package fasthttp

import (
	"github.com/valyala/fasthttp"
	"go.opentelemetry.io/otel"
)

const (
	scope   = "github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook/fasthttp"
	library = "fasthttp"
)

var tracer = otel.Tracer(scope)

// carrier reads and writes the headers of a request.
type carrier struct{ *fasthttp.RequestHeader }

func (c carrier) Get(key string) string { return string(c.Peek(key)) }
func (c carrier) Set(key, value string) { c.RequestHeader.Set(key, value) }
func (c carrier) Keys() []string {
	var keys []string
	// Older versions know no iterator.
	c.VisitAll(func(k, _ []byte) { keys = append(keys, string(k)) })
	return keys
}

func protocolVersion(http11 bool) string {
	if http11 {
		return "1.1"
	}
	return "1.0"
}
