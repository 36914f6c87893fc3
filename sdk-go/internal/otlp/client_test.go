package otlp

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/encoding/protowire"
)

var bg = context.Background()

func env(kv ...string) func(string) string {
	return func(name string) string {
		for i := 0; i < len(kv); i += 2 {
			if kv[i] == name {
				return kv[i+1]
			}
		}
		return ""
	}
}

func TestEndpoints(t *testing.T) {
	for _, c := range []struct{ want, common, own, insecure string }{
		{"http://localhost:4318/v1/traces", "", "", ""},
		{"http://c:1/v1/traces", "http://c:1", "", ""},
		{"https://c/base/v1/traces", "https://c/base/", "", ""},
		{"https://own:9/", "http://c:1", "https://own:9", ""},
		{"http://own/as/it/is?k=v", "", "http://own/as/it/is?k=v", ""},
		{"https://c:4318/v1/traces", "c:4318", "", ""},
		{"http://c:4318/v1/traces", "c:4318", "", "true"},
		{"", "ftp://c", "", ""},
		{"", "http://[", "", ""},
		{"", "http://", "", ""},
	} {
		got, err := FromEnvironment(env("OTEL_EXPORTER_OTLP_ENDPOINT", c.common, "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", c.own,
			"OTEL_EXPORTER_OTLP_INSECURE", c.insecure), "TRACES")
		if c.want == "" {
			assert.Nil(t, got)
			assert.ErrorContains(t, err, "OTEL_EXPORTER_OTLP_ENDPOINT")
			continue
		}
		require.NoError(t, err)
		assert.Equal(t, c.want, got.URL.String())
	}
}

func TestSettings(t *testing.T) {
	c, err := FromEnvironment(env(
		"OTEL_EXPORTER_OTLP_HEADERS", "a=1", "OTEL_EXPORTER_OTLP_LOGS_HEADERS", " key = a%20b , bad header=x,x=1%0d%0ay,,z=",
		"OTEL_EXPORTER_OTLP_TIMEOUT", "100", "OTEL_EXPORTER_OTLP_LOGS_TIMEOUT", "2500",
		"OTEL_EXPORTER_OTLP_COMPRESSION", "gzip", "OTEL_EXPORTER_OTLP_PROTOCOL", "http/json"), "LOGS")
	require.NotNil(t, c)
	assert.ErrorContains(t, err, `"bad header"`)
	assert.NotContains(t, err.Error(), "1%0d", "values may be secrets")
	assert.Equal(t, http.Header{"Key": {"a b"}, "Z": {""}}, c.Header)
	assert.Equal(t, 2500*time.Millisecond, c.Timeout)
	assert.True(t, c.Gzip && c.JSON)

	c, err = FromEnvironment(env("OTEL_EXPORTER_OTLP_TIMEOUT", "soon", "OTEL_EXPORTER_OTLP_COMPRESSION", "zstd"), "TRACES")
	require.NotNil(t, c, "defaults stand in")
	assert.ErrorContains(t, err, "OTEL_EXPORTER_OTLP_TIMEOUT=soon")
	assert.ErrorContains(t, err, "OTEL_EXPORTER_OTLP_COMPRESSION=zstd")
	assert.Equal(t, 10*time.Second, c.Timeout)
}

// newClient makes one whose tries follow quickly.
func newClient(t *testing.T, url string, more ...string) *Client {
	t.Helper()
	cfg, err := FromEnvironment(env(append([]string{"OTEL_EXPORTER_OTLP_ENDPOINT", url}, more...)...), "TRACES")
	require.NoError(t, err)
	c := NewClient(cfg)
	c.retry = retry{first: 5 * time.Millisecond, most: 20 * time.Millisecond, total: 2 * time.Second}
	t.Cleanup(c.Close)
	return c
}

// answers serves them one after the other, and the last again and again.
func answers(t *testing.T, list ...func(http.ResponseWriter)) (url string, n *atomic.Int64) {
	n = new(atomic.Int64)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		assert.Equal(t, "body", string(body), "each try sends all")
		i := int(n.Add(1)) - 1
		list[min(i, len(list)-1)](w)
	}))
	t.Cleanup(s.Close)
	return s.URL, n
}

func status(code int, kv ...string) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) {
		for i := 0; i < len(kv); i += 2 {
			w.Header().Set(kv[i], kv[i+1])
		}
		w.WriteHeader(code)
	}
}

func broken(w http.ResponseWriter) { panic(http.ErrAbortHandler) }

func TestRetries(t *testing.T) {
	url, n := answers(t, status(503), status(429), status(502), status(504), broken, status(200))
	c := newClient(t, url)
	require.NoError(t, c.Send(bg, []byte("body")))
	assert.EqualValues(t, 6, n.Load())
	assert.False(t, c.Away())

	for _, code := range []int{400, 401, 404, 413, 500, 501} {
		url, n := answers(t, status(code))
		require.Error(t, newClient(t, url).Send(bg, []byte("body")))
		assert.EqualValues(t, 1, n.Load(), "%d is not tried again", code)
	}
}

func TestRetryAfter(t *testing.T) {
	url, n := answers(t, status(503, "Retry-After", "1"), status(200))
	begin := time.Now()
	require.NoError(t, newClient(t, url).Send(bg, []byte("body")))
	assert.GreaterOrEqual(t, time.Since(begin), time.Second)
	assert.EqualValues(t, 2, n.Load())

	url, n = answers(t, status(429, "Retry-After", "3600"))
	require.ErrorContains(t, newClient(t, url).Send(bg, []byte("body")), "429")
	assert.EqualValues(t, 1, n.Load(), "later than there is patience for")

	assert.InDelta(t, time.Hour, retryAfter(time.Now().Add(time.Hour).UTC().Format(http.TimeFormat)), float64(2*time.Second))
	assert.Zero(t, retryAfter("soon"))
	assert.Zero(t, retryAfter("-1"))
}

func TestGivesUp(t *testing.T) {
	url, _ := answers(t, status(503))
	c := newClient(t, url)
	ctx, cancel := context.WithTimeout(bg, 50*time.Millisecond)
	defer cancel()
	begin := time.Now()
	require.Error(t, c.Send(ctx, []byte("body")))
	assert.Less(t, time.Since(begin), time.Second)

	c = newClient(t, url)
	c.retry.total = 50 * time.Millisecond
	require.ErrorContains(t, c.Send(bg, []byte("body")), "503")

	c = newClient(t, url)
	c.retry.first = time.Hour
	c.retry.total = 10 * time.Hour
	time.AfterFunc(20*time.Millisecond, c.Close)
	require.Error(t, c.Send(bg, []byte("body")), "Close ends the waiting")
}

// A Collector that restarts loses nothing; one that is not there costs one try
// a batch.
func TestNobodyListens(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	addr := l.Addr().String()
	l.Close()
	c := newClient(t, "http://"+addr)
	c.retry.total = 100 * time.Millisecond
	require.ErrorContains(t, c.Send(bg, []byte("body")), "refused")
	assert.True(t, c.Away())
	begin := time.Now()
	require.Error(t, c.Send(bg, []byte("body")))
	assert.Less(t, time.Since(begin), 50*time.Millisecond, "one try")

	c = newClient(t, "http://"+addr)
	c.retry = retry{first: time.Hour, most: time.Hour, total: 10 * time.Hour}
	done := make(chan error)
	go func() { done <- c.Send(bg, []byte("body")) }()
	require.Eventually(t, c.Away, time.Second, time.Millisecond)
	l, err = net.Listen("tcp", addr)
	require.NoError(t, err)
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	s.Listener.Close()
	s.Listener = l
	s.Start()
	defer s.Close()
	c.Hurry()
	require.NoError(t, <-done)
	assert.False(t, c.Away())
}

func TestTimeout(t *testing.T) {
	release := make(chan struct{})
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
	defer s.Close()
	defer close(release)
	c := newClient(t, s.URL, "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "50")
	c.retry.total = 0
	require.Error(t, c.Send(bg, []byte("body")))
	assert.True(t, c.Away())
}

func message(num protowire.Number, content []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(nil, num, protowire.BytesType), content)
}

func TestPartialSuccess(t *testing.T) {
	partial := protowire.AppendVarint(protowire.AppendTag(nil, 1, protowire.VarintType), 3)
	partial = append(partial, message(2, []byte("too\nold"))...)
	for _, c := range []struct {
		typ, body string
		n         int64
		text      string
	}{
		{"application/x-protobuf", string(message(1, partial)), 3, "too old"},
		{"application/json", `{"partialSuccess":{"rejectedSpans":"3","errorMessage":"too old"}}`, 3, "too old"},
		{"application/json; charset=utf-8", `{"partialSuccess":{"rejectedLogRecords":2}}`, 2, ""},
		{"application/x-protobuf", string(message(1, message(2, []byte("a warning")))), 0, "a warning"},
	} {
		url, n := answers(t, func(w http.ResponseWriter) {
			w.Header().Set("Content-Type", c.typ)
			_, _ = io.WriteString(w, c.body)
		})
		var r *Rejected
		require.ErrorAs(t, newClient(t, url).Send(bg, []byte("body")), &r)
		assert.Equal(t, Rejected{c.n, c.text}, *r)
		assert.EqualValues(t, 1, n.Load(), "what is rejected is not sent again")
	}
	// Nothing rejected, and answers that are none.
	for _, c := range [][2]string{{"application/x-protobuf", ""}, {"application/x-protobuf", "\xff\xff"},
		{"application/json", "{}"}, {"application/json", "<html>"}, {"text/html", "ok"}} {
		url, _ := answers(t, func(w http.ResponseWriter) {
			w.Header().Set("Content-Type", c[0])
			_, _ = io.WriteString(w, c[1])
		})
		require.NoError(t, newClient(t, url).Send(bg, []byte("body")), c)
	}
}

func TestErrorText(t *testing.T) {
	for _, c := range [][2]string{
		{"application/x-protobuf", string(message(2, []byte("no \x1b[31mtenant")))},
		{"application/json", `{"code":3,"message":"no \u001b[31mtenant"}`},
		{"text/plain", "no \x1b[31mtenant\n"},
	} {
		url, _ := answers(t, func(w http.ResponseWriter) {
			w.Header().Set("Content-Type", c[0])
			w.WriteHeader(400)
			_, _ = io.WriteString(w, c[1])
		})
		err := newClient(t, url).Send(bg, []byte("body"))
		require.EqualError(t, err, "400 Bad Request: no  [31mtenant")
	}
	assert.Len(t, []rune(printable(strings.Repeat("é", 1000))), maxMessage)
}

// TLS with a CA of one's own and a client certificate, and failures that no
// further try mends.
func TestTLS(t *testing.T) {
	var tries atomic.Int64
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		tries.Add(1)
		assert.Len(t, r.TLS.PeerCertificates, 1)
	}))
	s.Config.ErrorLog = nil
	s.TLS = &tls.Config{ClientAuth: tls.RequireAnyClientCert}
	s.StartTLS()
	defer s.Close()
	dir := t.TempDir()
	write := func(name, typ string, data []byte) string {
		p := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(p, pem.EncodeToMemory(&pem.Block{Type: typ, Bytes: data}), 0o600))
		return p
	}
	ca := write("ca", "CERTIFICATE", s.Certificate().Raw)
	der, err := x509.MarshalPKCS8PrivateKey(s.TLS.Certificates[0].PrivateKey)
	require.NoError(t, err)
	key := write("key", "PRIVATE KEY", der)

	vars := []string{"OTEL_EXPORTER_OTLP_CERTIFICATE", ca, "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE", ca, "OTEL_EXPORTER_OTLP_CLIENT_KEY", key}
	require.NoError(t, newClient(t, s.URL, vars...).Send(bg, []byte("body")))
	assert.EqualValues(t, 1, tries.Load())

	begin := time.Now()
	require.ErrorContains(t, newClient(t, s.URL).Send(bg, []byte("body")), "certificate")
	assert.Less(t, time.Since(begin), time.Second)

	for _, bad := range [][]string{
		{"OTEL_EXPORTER_OTLP_CERTIFICATE", dir + "/none"},
		{"OTEL_EXPORTER_OTLP_CERTIFICATE", key},
		{"OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE", ca},
		{"OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE", ca, "OTEL_EXPORTER_OTLP_CLIENT_KEY", ca},
	} {
		c, err := FromEnvironment(env(bad...), "TRACES")
		assert.Nil(t, c)
		assert.ErrorContains(t, err, bad[0])
	}
}
