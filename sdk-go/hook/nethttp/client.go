package nethttp

import (
	"context"
	"net/http"
	"reflect"
	"sync"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/goctx"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/clientspan"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/registry"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/serverspan"
)

var clientOn = registry.Switch("nethttp_client", library)

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

// transport is made for each request, so it holds nothing but the base; the
// instruments are in one otelhttp.Transport that all of them share.
type transport struct{ base http.RoundTripper }

type baseKey struct{}

var traced = sync.OnceValue(func() http.RoundTripper {
	return newTraced(dispatch{}, otelhttp.WithMetricAttributesFn(func(r *http.Request) []attribute.KeyValue {
		if known := clientspan.FromContext(r.Context()); known != nil && known.Template != "" {
			return []attribute.KeyValue{attribute.String("url.template", known.Template)}
		}
		return nil
	}))
})

// first serves the transport that most requests go through, net/http's default
// one, without a detour by the context and another copy of the request.
var first = sync.OnceValue(func() (f struct {
	base   *http.Transport
	traced http.RoundTripper
}) {
	if f.base, _ = http.DefaultTransport.(*http.Transport); f.base != nil {
		f.traced = newTraced(f.base)
	}
	return f
})

func newTraced(base http.RoundTripper, more ...otelhttp.Option) http.RoundTripper {
	return otelhttp.NewTransport(base, append(more,
		otelhttp.WithTracerProvider(otel.GetTracerProvider()),
		otelhttp.WithMeterProvider(otel.GetMeterProvider()),
		otelhttp.WithSpanNameFormatter(func(_ string, r *http.Request) string {
			if known := clientspan.FromContext(r.Context()); known != nil {
				return serverspan.Name(r.Method, known.Template)
			}
			return serverspan.Name(r.Method, "")
		}))...)
}

func (t *transport) RoundTrip(r *http.Request) (*http.Response, error) {
	ctx := r.Context()
	if !clientOn.Load() || goctx.Suppressed(ctx) {
		return t.base.RoundTrip(r)
	}
	known := clientspan.FromContext(ctx)
	if base, _ := t.base.(*http.Transport); base != nil && known == nil {
		if f := first(); base == f.base {
			return f.traced.RoundTrip(r)
		}
	}
	ctx = context.WithValue(ctx, baseKey{}, t.base)
	if known == nil {
		return traced().RoundTrip(r.WithContext(ctx))
	}
	resp, err := traced().RoundTrip(r.WithContext(ctx))
	if err == nil {
		known.Answered()
	}
	return resp, err
}

// CloseIdleConnections is what http.Client's method of the same name looks for.
func (t *transport) CloseIdleConnections() {
	if c, ok := t.base.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}

// dispatch is the inner end of the shared transport.
type dispatch struct{}

func (dispatch) RoundTrip(r *http.Request) (*http.Response, error) {
	ctx := r.Context()
	if known := clientspan.FromContext(ctx); known != nil {
		known.Started(trace.SpanFromContext(ctx))
	}
	base, _ := ctx.Value(baseKey{}).(http.RoundTripper)
	if base == nil {
		base = http.DefaultTransport
	}
	return base.RoundTrip(r)
}

var otelhttpType = reflect.TypeFor[*otelhttp.Transport]()

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
	if v.Type() == otelhttpType {
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
		if f.Type() == otelhttpType && !f.IsNil() {
			return true
		}
		if f.Type() == roundTripperType && !f.IsNil() && hasOtelhttp(f, depth+1) {
			return true
		}
	}
	return false
}

var roundTripperType = reflect.TypeFor[http.RoundTripper]()
