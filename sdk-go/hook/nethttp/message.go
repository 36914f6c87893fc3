package nethttp

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"sync/atomic"
)

// carrier is the headers of a message. The names of the usual propagators need
// not be brought into their canonical form each time.
type carrier http.Header

func canonical(key string) string {
	switch key {
	case "traceparent":
		return "Traceparent"
	case "tracestate":
		return "Tracestate"
	case "baggage":
		return "Baggage"
	}
	return http.CanonicalHeaderKey(key)
}

func (c carrier) Get(key string) string {
	if v := c[canonical(key)]; len(v) > 0 {
		return v[0]
	}
	return ""
}

func (c carrier) Values(key string) []string { return c[canonical(key)] }

func (c carrier) Set(key, value string) { c[canonical(key)] = []string{value} }

func (c carrier) Keys() []string {
	keys := make([]string, 0, len(c))
	for k := range c {
		keys = append(keys, k)
	}
	return keys
}

func protocolVersion(major, minor int) string {
	switch [2]int{major, minor} {
	case [2]int{1, 0}:
		return "1.0"
	case [2]int{1, 1}:
		return "1.1"
	case [2]int{2, 0}:
		return "2"
	case [2]int{3, 0}:
		return "3"
	}
	return ""
}

// countedBody counts what is read of a body.
type countedBody struct {
	io.ReadCloser
	n atomic.Int64
}

func (b *countedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.n.Add(int64(n))
	return n, err
}

// writer learns status and size of an answer. What else the server's own
// ResponseWriter can do is kept by the types below; each is one pointer, so
// that an interface holds it without memory of its own.
type writer struct {
	http.ResponseWriter
	status  atomic.Int32
	written atomic.Int64
}

// like returns w with the methods that original has.
func (w *writer) like(original http.ResponseWriter) http.ResponseWriter {
	switch original.(type) {
	case http1:
		return http1Writer{hijackWriter{flushWriter{w}}}
	case http2:
		return http2Writer{flushWriter{w}}
	case hijackable:
		return hijackWriter{flushWriter{w}}
	case http.Flusher:
		return flushWriter{w}
	}
	return w
}

type (
	hijackable interface {
		http.Flusher
		http.Hijacker
	}
	http1 interface {
		hijackable
		http.CloseNotifier
		io.ReaderFrom
	}
	http2 interface {
		http.Flusher
		http.CloseNotifier
		http.Pusher
	}
)

// code is the status that was sent, or will be.
func (w *writer) code() int {
	if s := w.status.Load(); s != 0 {
		return int(s)
	}
	return http.StatusOK
}

func (w *writer) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *writer) WriteHeader(status int) {
	if status >= 200 || status == http.StatusSwitchingProtocols {
		w.status.CompareAndSwap(0, int32(status))
	}
	w.ResponseWriter.WriteHeader(status)
}

// began is called before what sends the headers, where no status was given.
func (w *writer) began() { w.status.CompareAndSwap(0, http.StatusOK) }

func (w *writer) Write(p []byte) (int, error) {
	w.began()
	n, err := w.ResponseWriter.Write(p)
	w.written.Add(int64(n))
	return n, err
}

func (w *writer) WriteString(s string) (int, error) {
	w.began()
	n, err := io.WriteString(w.ResponseWriter, s)
	w.written.Add(int64(n))
	return n, err
}

type flushWriter struct{ *writer }

func (w flushWriter) Flush() { _ = w.FlushError() }

func (w flushWriter) FlushError() error {
	w.began()
	if f, ok := w.ResponseWriter.(interface{ FlushError() error }); ok {
		return f.FlushError()
	}
	w.ResponseWriter.(http.Flusher).Flush()
	return nil
}

type hijackWriter struct{ flushWriter }

func (w hijackWriter) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	return w.ResponseWriter.(http.Hijacker).Hijack()
}

type http1Writer struct{ hijackWriter }

func (w http1Writer) CloseNotify() <-chan bool {
	return w.ResponseWriter.(http.CloseNotifier).CloseNotify()
}

// ReadFrom keeps the server's way to send a file without copying it.
func (w http1Writer) ReadFrom(r io.Reader) (int64, error) {
	w.began()
	n, err := w.ResponseWriter.(io.ReaderFrom).ReadFrom(r)
	w.written.Add(n)
	return n, err
}

type http2Writer struct{ flushWriter }

func (w http2Writer) CloseNotify() <-chan bool {
	return w.ResponseWriter.(http.CloseNotifier).CloseNotify()
}

func (w http2Writer) Push(target string, opts *http.PushOptions) error {
	return w.ResponseWriter.(http.Pusher).Push(target, opts)
}
