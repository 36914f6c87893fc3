package nethttp

import (
	"net/http"
	"reflect"

	"go.opentelemetry.io/otel/trace"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/goctx"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/httpspan"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/registry"
)

var (
	clientOn = registry.Switch("nethttp_client", library)

	clientDuration = httpspan.Duration(scope, "http.client.request.duration", "Duration of HTTP client requests.")
	clientSize     = httpspan.Size(scope, "http.client.request.body.size", "Size of HTTP client request bodies.")

	clientKind = trace.WithSpanKind(trace.SpanKindClient)
)

// AfterTransport wraps what a client sends its requests with. The client's own
// Transport field stays as it is.
func AfterTransport(c hook.Context) {
	base, _ := c.GetReturnVal(0).(http.RoundTripper)
	if base == nil {
		return
	}
	if t := wrap(base); t != nil {
		c.SetReturnVal(0, http.RoundTripper(t))
	}
}

// wrap returns nil where nothing is to be wrapped.
func wrap(base http.RoundTripper) *transport {
	if _, plain := base.(*http.Transport); !plain {
		if _, done := base.(*transport); done || hasOtelhttp(reflect.ValueOf(base), 0) {
			return nil
		}
	}
	return &transport{base}
}

// transport is made for each request, so it holds nothing but the base.
type transport struct{ base http.RoundTripper }

func (t *transport) RoundTrip(r *http.Request) (*http.Response, error) {
	if !clientOn.Load() || r.URL == nil || goctx.Suppressed(r.Context()) {
		return t.base.RoundTrip(r)
	}
	x, sent := begin(r)
	defer x.over()
	resp, err := t.base.RoundTrip(sent)
	x.answered(resp, err)
	return resp, err
}

// CloseIdleConnections is what http.Client's method of the same name looks for.
func (t *transport) CloseIdleConnections() {
	if c, ok := t.base.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}

// hasOtelhttp looks through the usual wrappers (structs that hold another
// RoundTripper) for an otelhttp.Transport of the program's own: its span is the
// one wanted then.
func hasOtelhttp(v reflect.Value, depth int) bool {
	for v.Kind() == reflect.Interface {
		v = v.Elem()
	}
	if !v.IsValid() || depth > 5 {
		return false
	}
	if isOtelhttp(v.Type()) {
		return true
	}
	if v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	if v.Kind() != reflect.Struct {
		return false
	}
	for i := range v.NumField() {
		f := v.Field(i)
		if isOtelhttp(f.Type()) && !f.IsNil() {
			return true
		}
		if f.Type() == roundTripperType && !f.IsNil() && hasOtelhttp(f, depth+1) {
			return true
		}
	}
	return false
}

var roundTripperType = reflect.TypeFor[http.RoundTripper]()

// isOtelhttp goes by the name, so that programs without otelhttp do not get it.
func isOtelhttp(t reflect.Type) bool {
	return t.Kind() == reflect.Pointer && t.Elem().Name() == "Transport" &&
		t.Elem().PkgPath() == "go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
}
