package otlp

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel"
	"google.golang.org/protobuf/encoding/protowire"
)

// A Client sends the requests of one signal and tries again as the specification
// asks: after 429, 502, 503 and 504, by Retry-After or else with exponential
// backoff and jitter, and after a connection that was refused or broke. It gives
// up after retry.total or when the context ends.
//
// When a whole round of tries has failed because nobody answers, the next
// requests are tried once only, until one gets through: a Collector that is not
// there costs one connection attempt a batch, and no memory.
type Client struct {
	config Config
	http   *http.Client
	retry  retry

	// OnSilence is told of each try that got no answer, also when another
	// follows; it may be nil.
	OnSilence func(error)

	away atomic.Bool // the last try got no answer
	gone atomic.Bool // and so did all tries of a round
	wake chan struct{}
	stop chan struct{}
	once sync.Once
}

type retry struct{ first, most, total time.Duration }

var defaultRetry = retry{first: time.Second, most: 30 * time.Second, total: time.Minute}

// NewClient makes a client with connections of its own: neither what the program
// has made of http.DefaultTransport nor its idle connections are shared.
func NewClient(c *Config) *Client {
	dialer := &net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}
	return &Client{
		config: *c,
		http: &http.Client{
			Timeout: c.Timeout,
			Transport: &http.Transport{
				Proxy:               http.ProxyFromEnvironment,
				DialContext:         dialer.DialContext,
				ForceAttemptHTTP2:   true,
				MaxIdleConnsPerHost: 1,
				IdleConnTimeout:     90 * time.Second,
				TLSHandshakeTimeout: 10 * time.Second,
				TLSClientConfig:     c.TLS,
			},
		},
		retry: defaultRetry,
		wake:  make(chan struct{}, 1),
		stop:  make(chan struct{}),
	}
}

// NewEncoder returns an encoder of the notation that is sent.
func (c *Client) NewEncoder() *Encoder { return NewEncoder(c.config.JSON) }

// Doubt makes requests be tried once only until somebody has answered: for an
// endpoint that nobody has asked for.
func (c *Client) Doubt() { c.gone.Store(true) }

// Away tells that nobody has answered the last try.
func (c *Client) Away() bool { return c.away.Load() }

// Hurry makes a request that waits for its next try go at once.
func (c *Client) Hurry() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// Close ends all waiting for another try.
func (c *Client) Close() { c.once.Do(func() { close(c.stop) }) }

// Rejected says that the Collector has taken a request but not all of it. There
// is no use in sending it again.
type Rejected struct {
	N       int64
	Message string
}

func (r *Rejected) Error() string {
	switch {
	case r.N == 0:
		return "the Collector warns: " + r.Message
	case r.Message == "":
		return fmt.Sprintf("the Collector has rejected %d items", r.N)
	}
	return fmt.Sprintf("%d items are rejected: %s", r.N, r.Message)
}

// failure is a try that failed.
type failure struct {
	err   error
	again bool          // worth another try
	wait  time.Duration // at least so long before it
	heard bool          // somebody has answered
}

// Send sends one message.
func (c *Client) Send(ctx context.Context, body []byte) error {
	if c.config.Gzip {
		body = compress(body)
	}
	begin := time.Now()
	delay := c.retry.first
	for {
		f := c.try(ctx, body)
		c.away.Store(f != nil && !f.heard)
		if f == nil || f.heard {
			c.gone.Store(false)
		} else if c.OnSilence != nil {
			c.OnSilence(f.err)
		}
		switch {
		case f == nil:
			return nil
		case !f.again || ctx.Err() != nil || c.gone.Load():
			return f.err
		}
		// Half to one and a half of the delay, so that many programs do not
		// come back as one.
		wait := max(f.wait, time.Duration((0.5+rand.Float64())*float64(delay)))
		delay = min(delay*3/2, c.retry.most)
		if time.Since(begin)+wait > c.retry.total || !c.sleep(ctx, wait) {
			if !f.heard {
				c.gone.Store(true)
			}
			return f.err
		}
	}
}

// sleep tells whether another try may be made.
func (c *Client) sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-c.wake:
		return true
	case <-ctx.Done():
	case <-c.stop:
	}
	return false
}

func (c *Client) contentType() string {
	if c.config.JSON {
		return "application/json"
	}
	return "application/x-protobuf"
}

var userAgent = "OTel OTLP Exporter Go/" + otel.Version() + " (opentelemetry-go-compile-instrumentation)"

const maxAnswer = 64 << 10

func (c *Client) try(ctx context.Context, body []byte) *failure {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.config.URL.String(), bytes.NewReader(body))
	if err != nil {
		return &failure{err: err, heard: true}
	}
	req.Header.Set("User-Agent", userAgent)
	for k, v := range c.config.Header {
		req.Header[k] = v
	}
	req.Header.Set("Content-Type", c.contentType())
	if c.config.Gzip {
		req.Header.Set("Content-Encoding", "gzip")
	}
	if host := req.Header.Get("Host"); host != "" {
		req.Host = host
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return &failure{err: withoutURL(err), again: mayWorkLater(err)}
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, maxAnswer)) // so that the connection is kept
	if resp.StatusCode/100 == 2 {
		// An answer that breaks off has been given all the same: what was sent
		// must not be sent twice.
		if r := c.rejected(resp, answer); err == nil && r != nil {
			return &failure{err: r, heard: true}
		}
		return nil
	}
	f := &failure{err: fmt.Errorf("%s%s", resp.Status, c.message(resp, answer)), heard: true}
	switch resp.StatusCode {
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		f.again = true
		f.wait = retryAfter(resp.Header.Get("Retry-After"))
	}
	return f
}

// withoutURL keeps what a URL may hold (a password, a token) out of messages.
func withoutURL(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}

// mayWorkLater tells faults of the network from those of the configuration.
func mayWorkLater(err error) bool {
	var (
		cert *tls.CertificateVerificationError
		host x509.HostnameError
		ca   x509.UnknownAuthorityError
		bad  x509.CertificateInvalidError
		rec  tls.RecordHeaderError
		addr *net.AddrError
	)
	switch {
	case errors.As(err, &cert), errors.As(err, &host), errors.As(err, &ca), errors.As(err, &bad),
		errors.As(err, &rec), errors.As(err, &addr), errors.Is(err, context.Canceled):
		return false
	}
	return true
}

func retryAfter(v string) time.Duration {
	if v == "" {
		return 0
	}
	if s, err := strconv.ParseUint(v, 10, 32); err == nil {
		return time.Duration(s) * time.Second
	}
	if t, err := http.ParseTime(v); err == nil {
		return max(0, time.Until(t))
	}
	return 0
}

func isJSON(resp *http.Response) bool {
	return strings.HasPrefix(resp.Header.Get("Content-Type"), "application/json")
}

// rejected reads an Export…ServiceResponse, whose form is the same for all
// signals.
func (c *Client) rejected(resp *http.Response, answer []byte) *Rejected {
	r := &Rejected{}
	if isJSON(resp) {
		var v struct {
			PartialSuccess struct {
				RejectedSpans, RejectedDataPoints, RejectedLogRecords json.RawMessage
				ErrorMessage                                          string
			}
		}
		if json.Unmarshal(answer, &v) != nil {
			return nil
		}
		p := v.PartialSuccess
		for _, n := range []json.RawMessage{p.RejectedSpans, p.RejectedDataPoints, p.RejectedLogRecords} {
			if x, err := strconv.ParseInt(strings.Trim(string(n), `"`), 10, 64); err == nil {
				r.N += x
			}
		}
		r.Message = p.ErrorMessage
	} else if strings.HasPrefix(resp.Header.Get("Content-Type"), "application/x-protobuf") {
		fields(answer, func(num protowire.Number, _ uint64, partial []byte) {
			if num != 1 {
				return
			}
			fields(partial, func(num protowire.Number, n uint64, text []byte) {
				switch num {
				case 1:
					r.N = int64(n)
				case 2:
					r.Message = string(text)
				}
			})
		})
	}
	if r.N == 0 && r.Message == "" {
		return nil
	}
	r.Message = printable(r.Message)
	return r
}

// message returns what the server says of an error: google.rpc.Status by the
// specification, text by many proxies.
func (c *Client) message(resp *http.Response, answer []byte) string {
	text := ""
	switch {
	case isJSON(resp):
		var v struct{ Message string }
		_ = json.Unmarshal(answer, &v)
		text = v.Message
	case strings.HasPrefix(resp.Header.Get("Content-Type"), "application/x-protobuf"):
		fields(answer, func(num protowire.Number, _ uint64, v []byte) {
			if num == 2 {
				text = string(v)
			}
		})
	case strings.HasPrefix(resp.Header.Get("Content-Type"), "text/plain"):
		text = string(answer)
	}
	if text = printable(text); text == "" {
		return ""
	}
	return ": " + text
}

const maxMessage = 300

// printable keeps a message of others on one line, short, and from driving the
// terminal.
func printable(s string) string {
	s = strings.TrimSpace(strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f && r < 0xa0 {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD")))
	if r := []rune(s); len(r) > maxMessage {
		s = string(r[:maxMessage-1]) + "…"
	}
	return s
}

// fields calls f for the fields of a protobuf message, up to one that is broken.
func fields(b []byte, f func(num protowire.Number, n uint64, bytes []byte)) {
	for len(b) > 0 {
		num, typ, n := protowire.ConsumeTag(b)
		if n < 0 {
			return
		}
		b = b[n:]
		switch typ {
		case protowire.VarintType:
			v, n := protowire.ConsumeVarint(b)
			if n < 0 {
				return
			}
			f(num, v, nil)
			b = b[n:]
		case protowire.BytesType:
			v, n := protowire.ConsumeBytes(b)
			if n < 0 {
				return
			}
			f(num, 0, v)
			b = b[n:]
		default:
			n := protowire.ConsumeFieldValue(num, typ, b)
			if n < 0 {
				return
			}
			b = b[n:]
		}
	}
}

var writers = sync.Pool{New: func() any { return gzip.NewWriter(io.Discard) }}

func compress(body []byte) []byte {
	var b bytes.Buffer
	b.Grow(len(body)/4 + 64)
	w := writers.Get().(*gzip.Writer)
	defer writers.Put(w)
	w.Reset(&b)
	_, _ = w.Write(body) // a Buffer takes everything
	_ = w.Close()
	return b.Bytes()
}
