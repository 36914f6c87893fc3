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
	"net"
	"strconv"

	"github.com/valyala/fasthttp"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/serverspan"
)

const (
	scope   = "github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook/fasthttp"
	library = "fasthttp"
)

var tracer = otel.Tracer(scope)

func newDuration(name, description string) metric.Float64Histogram {
	h, err := otel.Meter(scope).Float64Histogram(name, metric.WithUnit("s"), metric.WithDescription(description),
		metric.WithExplicitBucketBoundaries(0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10))
	if err != nil {
		otel.Handle(err)
	}
	return h
}

func newSize(name, description string) metric.Int64Histogram {
	h, err := otel.Meter(scope).Int64Histogram(name, metric.WithUnit("By"), metric.WithDescription(description))
	if err != nil {
		otel.Handle(err)
	}
	return h
}

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

// methodAttributes follow the conventions: methods they do not know are _OTHER.
func methodAttributes(method string) []attribute.KeyValue {
	if serverspan.Name(method, "") == method {
		return []attribute.KeyValue{attribute.String("http.request.method", method)}
	}
	return []attribute.KeyValue{attribute.String("http.request.method", "_OTHER"),
		attribute.String("http.request.method_original", method)}
}

// hostPort takes HOST[:PORT] apart; the port is 0 where it is the scheme's own.
func hostPort(s, scheme string) (string, int) {
	host, port, err := net.SplitHostPort(s)
	if err != nil {
		return s, 0
	}
	n, _ := strconv.Atoi(port)
	if scheme == "http" && n == 80 || scheme == "https" && n == 443 {
		n = 0
	}
	return host, n
}

func protocolVersion(http11 bool) string {
	if http11 {
		return "1.1"
	}
	return "1.0"
}
