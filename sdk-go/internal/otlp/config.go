package otlp

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path"
	"strconv"
	"strings"
	"time"
)

// DefaultEndpoint is where signals go that nobody has sent elsewhere.
const DefaultEndpoint = "http://localhost:4318"

// A Config says where one signal goes, and how.
type Config struct {
	URL     *url.URL
	Header  http.Header
	JSON    bool
	Gzip    bool
	Timeout time.Duration // of one try
	TLS     *tls.Config   // nil: the system's roots, no client certificate
}

// environment reads the variables of one signal: OTEL_EXPORTER_OTLP_TRACES_X
// before OTEL_EXPORTER_OTLP_X.
type environment struct {
	get    func(string) string
	signal string // TRACES, METRICS, LOGS
	err    error
}

func (e *environment) lookup(name string) (variable, value string, own bool) {
	own = true
	for _, variable = range []string{"OTEL_EXPORTER_OTLP_" + e.signal + "_" + name, "OTEL_EXPORTER_OTLP_" + name} {
		if value = strings.TrimSpace(e.get(variable)); value != "" {
			return variable, value, own
		}
		own = false
	}
	return variable, "", false
}

func (e *environment) bad(variable, value, why string) {
	e.err = errors.Join(e.err, fmt.Errorf("%s=%s %s", variable, value, why))
}

// Protocol returns the protocol asked for and the variable that does.
func Protocol(getenv func(string) string, signal string) (variable, value string) {
	e := environment{get: getenv, signal: signal}
	variable, value, _ = e.lookup("PROTOCOL")
	return variable, value
}

// Endpoint returns where a signal goes, as it was written, and whether somebody
// has asked for it.
func Endpoint(getenv func(string) string, signal string) (endpoint string, asked bool) {
	e := environment{get: getenv, signal: signal}
	if _, v, _ := e.lookup("ENDPOINT"); v != "" {
		return v, true
	}
	return DefaultEndpoint, false
}

// FromEnvironment reads all of OTEL_EXPORTER_OTLP_* for a signal ("TRACES"). What
// is wrong is in the error, and the default stands in for it; where no default
// can (an endpoint that is none, a certificate that cannot be read) the
// configuration is nil.
func FromEnvironment(getenv func(string) string, signal string) (*Config, error) {
	e := &environment{get: getenv, signal: signal}
	c := &Config{Header: http.Header{}, Timeout: 10 * time.Second}
	if c.URL = e.endpoint(); c.URL == nil {
		return nil, e.err
	}
	if _, v, _ := e.lookup("PROTOCOL"); v == "http/json" {
		c.JSON = true
	}
	switch name, v, _ := e.lookup("COMPRESSION"); v {
	case "", "none":
	case "gzip":
		c.Gzip = true
	default:
		e.bad(name, v, "is none of gzip and none")
	}
	if name, v, _ := e.lookup("TIMEOUT"); v != "" {
		if ms, err := strconv.Atoi(v); err == nil && ms > 0 {
			c.Timeout = time.Duration(ms) * time.Millisecond
		} else {
			e.bad(name, v, "is no number of milliseconds")
		}
	}
	e.headers(c.Header)
	if !e.tls(c) {
		return nil, e.err
	}
	return c, e.err
}

// endpoint returns the full URL. A signal's own is taken as it is; the common
// one is the base that the signal's path is added to.
func (e *environment) endpoint() *url.URL {
	name, v, own := e.lookup("ENDPOINT")
	if v == "" {
		v = DefaultEndpoint
	}
	if !strings.Contains(v, "://") {
		// No scheme is against the specification and common all the same.
		scheme := "https://"
		if e.insecure() {
			scheme = "http://"
		}
		v = scheme + v
	}
	u, err := url.Parse(v)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		e.bad(name, strconv.Quote(v), "is no URL such as http://collector:4318")
		return nil
	}
	switch {
	case !own:
		u = u.JoinPath("v1", strings.ToLower(e.signal))
	case u.Path == "":
		u.Path = "/"
	}
	u.Path = path.Clean(u.Path)
	return u
}

func (e *environment) insecure() bool {
	_, v, _ := e.lookup("INSECURE")
	return strings.EqualFold(v, "true")
}

// headers takes a list as W3C baggage has it: k1=v1,k2=v2, percent-encoded.
func (e *environment) headers(h http.Header) {
	name, list, _ := e.lookup("HEADERS")
	for _, item := range strings.Split(list, ",") {
		if strings.TrimSpace(item) == "" {
			continue
		}
		k, v, ok := strings.Cut(item, "=")
		k = strings.TrimSpace(k)
		value, err := url.PathUnescape(strings.TrimSpace(v))
		if !ok || err != nil || !isToken(k) || strings.ContainsAny(value, "\r\n\x00") {
			// Values are secrets more often than not.
			e.bad(name, "…", fmt.Sprintf("has an entry %q that is no header", k))
			continue
		}
		h.Set(k, value)
	}
}

func isToken(s string) bool {
	for _, c := range []byte(s) {
		if c <= ' ' || c >= 0x7f || strings.IndexByte(`"(),/:;<=>?@[\]{}`, c) >= 0 {
			return false
		}
	}
	return s != ""
}

// tls reads certificates; it tells whether the signal can be sent at all.
func (e *environment) tls(c *Config) bool {
	read := func(name, file string) ([]byte, bool) {
		data, err := os.ReadFile(file)
		if err != nil {
			e.bad(name, file, "cannot be read: "+err.Error())
		}
		return data, err == nil
	}
	conf := &tls.Config{MinVersion: tls.VersionTLS12}
	used := false
	if name, file, _ := e.lookup("CERTIFICATE"); file != "" {
		pem, ok := read(name, file)
		if !ok {
			return false
		}
		conf.RootCAs = x509.NewCertPool()
		if !conf.RootCAs.AppendCertsFromPEM(pem) {
			e.bad(name, file, "holds no certificate in PEM form")
			return false
		}
		used = true
	}
	certName, certFile, _ := e.lookup("CLIENT_CERTIFICATE")
	keyName, keyFile, _ := e.lookup("CLIENT_KEY")
	switch {
	case certFile == "" && keyFile == "":
	case certFile == "" || keyFile == "":
		e.err = errors.Join(e.err, fmt.Errorf("%s and %s are set together or not at all", certName, keyName))
		return false
	default:
		cert, ok1 := read(certName, certFile)
		key, ok2 := read(keyName, keyFile)
		if !ok1 || !ok2 {
			return false
		}
		pair, err := tls.X509KeyPair(cert, key)
		if err != nil {
			e.bad(certName, certFile, fmt.Sprintf("and %s=%s: %v", keyName, keyFile, err))
			return false
		}
		conf.Certificates = []tls.Certificate{pair}
		used = true
	}
	if used {
		c.TLS = conf
	}
	return true
}
