package fasthttp

import (
	"context"
	"errors"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/valyala/fasthttp"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/goctx"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/httpspan"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/serverspan"
)

var clientDuration = httpspan.Duration(scope, "http.client.request.duration", "Duration of HTTP client requests.")

// call is one request under way.
type call struct {
	ctx   context.Context
	span  trace.Span
	attrs []attribute.KeyValue // of the metric
	begin time.Time
}

// BeforeDo starts the client span of a request to one host; Client, LBClient and
// redirects all come to it. The parent is the goroutine's span: fasthttp hands
// no context on.
func BeforeDo(c hook.Context) {
	host, _ := c.GetParam(0).(*fasthttp.HostClient)
	req, _ := c.GetParam(1).(*fasthttp.Request)
	if host == nil || req == nil {
		return
	}
	method := string(req.Header.Method())
	s := scheme(host.IsTLS)
	attrs := []attribute.KeyValue{attribute.String("http.request.method", httpspan.Method(method)), attribute.String("url.scheme", s)}
	server := string(req.Host())
	if server == "" {
		server, _, _ = strings.Cut(host.Addr, ",")
	}
	name, port := httpspan.HostPort(server, s)
	attrs = append(attrs, attribute.String("server.address", name))
	if port > 0 {
		attrs = append(attrs, attribute.Int("server.port", port))
	}
	span := append(httpspan.AppendMethod(nil, method), attribute.String("url.full", fullURL(req)))
	span = append(span, attrs[1:]...)
	q := &call{attrs: attrs, begin: time.Now()}
	q.ctx, q.span = tracer.Start(goctx.Parent(context.Background()), serverspan.Name(method, ""),
		trace.WithSpanKind(trace.SpanKindClient), trace.WithAttributes(span...))
	otel.GetTextMapPropagator().Inject(q.ctx, carrier{&req.Header})
	c.SetData(q)
}

// AfterDo ends what BeforeDo began.
func AfterDo(c hook.Context) {
	q, _ := c.GetData().(*call)
	if q == nil {
		return
	}
	err, _ := c.GetReturnVal(0).(error)
	var failure string
	if c.Panicking() {
		failure = "panic"
	} else if err != nil {
		failure = errorType(err)
		q.span.RecordError(err)
		q.span.SetStatus(codes.Error, err.Error())
	} else if resp, _ := c.GetParam(2).(*fasthttp.Response); resp != nil {
		status := resp.StatusCode()
		q.attrs = append(q.attrs, attribute.Int("http.response.status_code", status))
		q.span.SetAttributes(attribute.Int("http.response.status_code", status))
		if status >= 400 {
			failure = strconv.Itoa(status)
			q.span.SetStatus(codes.Error, "")
		}
	}
	if failure != "" {
		q.attrs = append(q.attrs, attribute.String("error.type", failure))
		q.span.SetAttributes(attribute.String("error.type", failure))
	}
	q.span.End()
	clientDuration.Record(q.ctx, time.Since(q.begin).Seconds(),
		metric.WithAttributeSet(attribute.NewSet(q.attrs...)))
}

func errorType(err error) string {
	switch {
	case errors.Is(err, fasthttp.ErrTimeout):
		return "timeout"
	case errors.Is(err, fasthttp.ErrNoFreeConns):
		return "no_free_connections"
	case errors.Is(err, fasthttp.ErrConnectionClosed):
		return "connection_closed"
	}
	return "_OTHER"
}

// fullURL is the request's address without credentials.
func fullURL(req *fasthttp.Request) string {
	text := req.URI().String()
	if !strings.Contains(text, "@") {
		return text
	}
	u, err := url.Parse(text)
	if err != nil {
		return ""
	}
	if u.User != nil {
		u.User = url.UserPassword("REDACTED", "REDACTED")
	}
	return u.String()
}
