package httpspan

import (
	"errors"
	"fmt"
	"net"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
)

func TestHostPort(t *testing.T) {
	for _, c := range []struct {
		in, scheme, host string
		port             int
	}{
		{"shop.example", "http", "shop.example", 0},
		{"shop.example:80", "http", "shop.example", 0},
		{"shop.example:80", "https", "shop.example", 80},
		{"shop.example:443", "https", "shop.example", 0},
		{"[::1]:8080", "http", "::1", 8080},
		{"[::1]", "http", "::1", 0},
		{"shop.example:http", "http", "shop.example", 0},
		{"", "http", "", 0},
	} {
		host, port := HostPort(c.in, c.scheme)
		assert.Equal(t, c.host, host, c.in)
		assert.Equal(t, c.port, port, c.in)
	}
}

func TestMethod(t *testing.T) {
	assert.Equal(t, []attribute.KeyValue{attribute.String("http.request.method", "GET")}, AppendMethod(nil, ""))
	assert.Equal(t, []attribute.KeyValue{attribute.String("http.request.method", "_OTHER"),
		attribute.String("http.request.method_original", "BREW")}, AppendMethod(nil, "BREW"))
}

type telling struct{ error }

func (telling) ErrorType() string { return "refused" }

func TestErrorType(t *testing.T) {
	assert.Equal(t, "*net.OpError", ErrorType(&net.OpError{Err: errors.New("x")}))
	assert.Equal(t, "*net.OpError", ErrorType(fmt.Errorf("sending: %w", &net.OpError{Err: errors.New("x")})))
	assert.Equal(t, "refused", ErrorType(fmt.Errorf("sending: %w", telling{errors.New("x")})))
}

func TestAttributesAreMadeOnce(t *testing.T) {
	m := Measured{Method: "GET", Scheme: "http", Host: "shop.example", Port: 8080, Protocol: "1.1", Route: "/x", Status: 200}
	attributes := func(o []metric.RecordOption) attribute.Set { return metric.NewRecordConfig(o).Attributes() }
	o := m.Options()
	assert.Same(t, &o[0], &m.Options()[0])
	set := attributes(o)
	assert.ElementsMatch(t, []attribute.KeyValue{
		attribute.String("http.request.method", "GET"), attribute.String("url.scheme", "http"),
		attribute.String("server.address", "shop.example"), attribute.Int("server.port", 8080),
		attribute.String("network.protocol.name", "http"), attribute.String("network.protocol.version", "1.1"),
		attribute.String("http.route", "/x"), attribute.Int("http.response.status_code", 200)}, set.ToSlice())

	// A caller that thinks up hosts fills no memory, and is measured all the same.
	for i := range 2 * maxKnown {
		m.Host = strconv.Itoa(i)
		got := attributes(m.Options())
		v, _ := got.Value("server.address")
		assert.Equal(t, m.Host, v.AsString())
	}
	assert.LessOrEqual(t, len(*known.byAttributes.Load()), maxKnown)
}
