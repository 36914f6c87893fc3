package nethttp

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/clientspan"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/httpspan"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/serverspan"
)

// exchange is one request of a client and its answer. It is the context that the
// request is sent with too, so that this takes no memory of its own.
type exchange struct {
	context.Context
	orig, sent *http.Request
	span       trace.Span
	ended      atomic.Bool
	known      *clientspan.Request // what an API's own client says
	begun      time.Time
	took       time.Duration
	measured   httpspan.Measured
	sending    atomic.Bool // until the transport has returned

	size    atomic.Int64 // of the request's body
	body    sentBody
	pending atomic.Int32 // what measuring waits for: the answer, the end of the request's body

	answer io.ReadCloser
}

type exchangeKey struct{}

// Value finds the exchange that a request is sent by.
func (x *exchange) Value(key any) any {
	if key == (exchangeKey{}) {
		return x
	}
	return x.Context.Value(key)
}

// begin starts the span of a request, and returns the request that is to be sent.
func begin(r *http.Request) (*exchange, *http.Request) {
	ctx := r.Context()
	x := &exchange{orig: r, known: clientspan.FromContext(ctx), begun: time.Now()}
	if x.known != nil {
		x.measured.Template = x.known.Template
	}
	x.Context, x.span = tracer.Start(ctx, serverspan.Name(r.Method, x.measured.Template), clientKind,
		trace.WithAttributes(x.attributes(r)...))
	if x.known != nil {
		x.known.Started(x.span)
	}
	x.sending.Store(true)
	x.pending.Store(1)
	x.sent = r.WithContext(x)
	// A RoundTripper leaves the request that it is given as it is.
	if x.sent.Header = r.Header.Clone(); x.sent.Header == nil {
		x.sent.Header = http.Header{}
	}
	otel.GetTextMapPropagator().Inject(x.Context, carrier(x.sent.Header))
	x.count()
	return x, x.sent
}

func (x *exchange) attributes(r *http.Request) []attribute.KeyValue {
	m := &x.measured
	m.Method, m.Scheme, m.Protocol = httpspan.Method(r.Method), r.URL.Scheme, protocolVersion(r.ProtoMajor, r.ProtoMinor)
	m.Host, m.Port = httpspan.HostPort(r.URL.Host, m.Scheme)
	attrs := httpspan.AppendMethod(make([]attribute.KeyValue, 0, 5), r.Method)
	attrs = append(attrs, attribute.String("url.full", fullURL(r.URL)), attribute.String("server.address", m.Host))
	if m.Port > 0 {
		attrs = append(attrs, attribute.Int("server.port", m.Port))
	}
	return attrs
}

// fullURL is the address without credentials.
func fullURL(u *url.URL) string {
	if u.User != nil {
		v := *u
		v.User = nil
		u = &v
	}
	return u.String()
}

// count finds out the size of the request's body, by reading along where it is
// not known. A transport closes each body it has begun with, maybe after the
// answer is there; for a second attempt it asks for another one.
func (x *exchange) count() {
	r := x.sent
	if r.Body == nil || r.Body == http.NoBody {
		return
	}
	if r.ContentLength > 0 {
		x.size.Store(r.ContentLength)
		return
	}
	x.pending.Add(1)
	x.body.ReadCloser, x.body.x = r.Body, x
	r.Body = &x.body
	if again := r.GetBody; again != nil {
		r.GetBody = func() (io.ReadCloser, error) {
			b, err := again()
			if err != nil || b == nil || b == http.NoBody {
				return b, err
			}
			x.pending.Add(1)
			x.size.Store(0)
			return &sentBody{ReadCloser: b, x: x}, nil
		}
	}
}

type sentBody struct {
	io.ReadCloser
	x      *exchange
	closed atomic.Bool
}

func (b *sentBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.x.size.Add(int64(n))
	return n, err
}

func (b *sentBody) Close() error {
	if !b.closed.Swap(true) {
		b.x.measure()
	}
	return b.ReadCloser.Close()
}

// measure is called when something that measuring waits for is over.
func (x *exchange) measure() {
	if x.pending.Add(-1) != 0 {
		return
	}
	with := x.measured.Options()
	clientDuration.Record(x.Context, x.took.Seconds(), with...)
	clientSize.Record(x.Context, x.size.Load(), with...)
}

// answered is told of what the transport returns.
func (x *exchange) answered(resp *http.Response, err error) {
	x.took = time.Since(x.begun)
	m, message := &x.measured, ""
	if err != nil {
		m.Error, message = httpspan.ErrorType(err), err.Error()
	} else if resp != nil {
		m.Status = resp.StatusCode
		if v := protocolVersion(resp.ProtoMajor, resp.ProtoMinor); v != "" {
			m.Protocol = v
		}
		if m.Status >= 400 {
			m.Error = strconv.Itoa(m.Status)
		}
	}
	if x.span.IsRecording() {
		attrs := make([]attribute.KeyValue, 0, 3)
		if m.Protocol != "" {
			attrs = append(attrs, attribute.String("network.protocol.version", m.Protocol))
		}
		if m.Status > 0 {
			attrs = append(attrs, attribute.Int("http.response.status_code", m.Status))
		}
		if m.Error != "" {
			attrs = append(attrs, attribute.String("error.type", m.Error))
			x.span.SetStatus(codes.Error, message)
		}
		x.span.SetAttributes(attrs...)
	}
	x.measure()
	if err != nil || resp == nil {
		return
	}
	if resp.Request == x.sent {
		resp.Request = x.orig
	}
	if x.known != nil {
		x.known.Answered()
	}
	if resp.Body == nil || resp.Body == http.NoBody {
		return
	}
	x.answer = resp.Body
	if _, both := resp.Body.(io.Writer); both {
		resp.Body = switchedBody{answerBody{x}}
	} else {
		resp.Body = answerBody{x}
	}
}

// over is called when the transport has returned, or panics. The span ends now
// unless there is a body to be read.
func (x *exchange) over() {
	x.sending.Store(false)
	if x.answer == nil {
		x.end()
	}
}

func (x *exchange) end() {
	if !x.ended.Swap(true) {
		x.span.End()
	}
}

func (x *exchange) failed(err error) {
	x.span.SetAttributes(attribute.String("error.type", httpspan.ErrorType(err)))
	x.span.SetStatus(codes.Error, err.Error())
}

// answerBody ends the span when it is read to its end, or closed.
type answerBody struct{ x *exchange }

func (b answerBody) Read(p []byte) (int, error) {
	n, err := b.x.answer.Read(p)
	if err == io.EOF {
		b.x.end()
	} else if err != nil {
		b.x.failed(err)
	}
	return n, err
}

func (b answerBody) Close() error {
	b.x.end()
	return b.x.answer.Close()
}

// switchedBody is that of a connection whose protocol was switched.
type switchedBody struct{ answerBody }

func (b switchedBody) Write(p []byte) (int, error) {
	n, err := b.x.answer.(io.Writer).Write(p)
	if err != nil {
		b.x.failed(err)
	}
	return n, err
}
