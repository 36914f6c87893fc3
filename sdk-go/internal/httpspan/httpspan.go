// Package httpspan has what hook packages for HTTP share: the values and
// instruments of the current semantic conventions.
package httpspan

import (
	"errors"
	"fmt"
	"net"
	"reflect"
	"strconv"
	"strings"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
)

// Duration makes a histogram of seconds. It may be called before any provider is
// set.
func Duration(scope, name, description string) metric.Float64Histogram {
	h, err := otel.Meter(scope).Float64Histogram(name, metric.WithUnit("s"), metric.WithDescription(description),
		metric.WithExplicitBucketBoundaries(0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10))
	if err != nil {
		otel.Handle(err)
	}
	return h
}

// Size makes a histogram of bytes.
func Size(scope, name, description string) metric.Int64Histogram {
	h, err := otel.Meter(scope).Int64Histogram(name, metric.WithUnit("By"), metric.WithDescription(description))
	if err != nil {
		otel.Handle(err)
	}
	return h
}

// OtherMethod stands for all methods that the conventions do not know.
const OtherMethod = "_OTHER"

// Method is http.request.method.
func Method(method string) string {
	switch method {
	case "":
		return "GET"
	case "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "CONNECT", "OPTIONS", "TRACE", "QUERY":
		return method
	}
	return OtherMethod
}

// AppendMethod appends http.request.method, and what it was where the
// conventions do not know it.
func AppendMethod(attrs []attribute.KeyValue, method string) []attribute.KeyValue {
	known := Method(method)
	attrs = append(attrs, attribute.String("http.request.method", known))
	if known == OtherMethod {
		attrs = append(attrs, attribute.String("http.request.method_original", method))
	}
	return attrs
}

// HostPort takes HOST[:PORT] apart; the port is 0 where it is the scheme's own.
func HostPort(s, scheme string) (string, int) {
	host, port := Split(s)
	if scheme == "http" && port == 80 || scheme == "https" && port == 443 {
		port = 0
	}
	return host, port
}

// Split takes HOST[:PORT] apart; the port is 0 where there is none.
func Split(s string) (string, int) {
	if !strings.Contains(s, ":") {
		return s, 0
	}
	host, port, err := net.SplitHostPort(s)
	if err != nil {
		return strings.TrimSuffix(strings.TrimPrefix(s, "["), "]"), 0
	}
	n, _ := strconv.ParseUint(port, 10, 16)
	return host, int(n)
}

// ErrorType is error.type of what a client returned: the type of the error, or
// what it says itself.
func ErrorType(err error) string {
	var own interface{ ErrorType() string }
	if errors.As(err, &own) && own.ErrorType() != "" {
		return own.ErrorType()
	}
	for reflect.TypeOf(err) == wrapped && errors.Unwrap(err) != nil {
		err = errors.Unwrap(err)
	}
	return reflect.TypeOf(err).String()
}

var wrapped = reflect.TypeOf(fmt.Errorf("%w", errors.ErrUnsupported))
