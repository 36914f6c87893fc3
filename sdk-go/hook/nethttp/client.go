package nethttp

import (
	"net/http"
	"reflect"
	"slices"
	"strings"

	"go.opentelemetry.io/otel/attribute"
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

// BeforeRoundTrip starts the span of a request that the program sends with a
// Transport itself.
func BeforeRoundTrip(c hook.Context) {
	r, _ := c.GetParam(1).(*http.Request)
	if r == nil || r.URL == nil || r.Header == nil || !clientOn.Load() || goctx.Suppressed(r.Context()) || hasSpan(r) {
		return
	}
	x, sent := begin(r)
	c.SetData(x)
	c.SetParam(1, sent)
}

// AfterRoundTrip ends what BeforeRoundTrip began.
func AfterRoundTrip(c hook.Context) {
	x, _ := c.GetData().(*exchange)
	if x == nil {
		return
	}
	if !c.Panicking() {
		resp, _ := c.GetReturnVal(0).(*http.Response)
		err, _ := c.GetReturnVal(1).(error)
		x.answered(resp, err)
	}
	x.over()
}

// hasSpan tells whether the request has its client span: ours, made where a
// client or a proxy sent it, or that of another instrumentation.
func hasSpan(r *http.Request) bool {
	ctx := r.Context()
	span := trace.SpanFromContext(ctx)
	if x, _ := ctx.Value(exchangeKey{}).(*exchange); x != nil {
		if x.sending.Load() {
			return true
		}
		if span.SpanContext().SpanID() == x.span.SpanContext().SpanID() {
			return false // the context is that of an earlier request
		}
	}
	known, ok := span.(interface {
		SpanKind() trace.SpanKind
		Attributes() []attribute.KeyValue
	})
	if !ok {
		// One that is not recorded cannot be asked. It was made for the request if
		// it is the one that the headers speak of.
		sc := span.SpanContext()
		return sc.IsValid() && strings.Contains(r.Header.Get("traceparent"), sc.SpanID().String())
	}
	return span.IsRecording() && known.SpanKind() == trace.SpanKindClient && slices.ContainsFunc(known.Attributes(), func(a attribute.KeyValue) bool {
		return a.Key == "http.request.method" || a.Key == "http.method"
	})
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
