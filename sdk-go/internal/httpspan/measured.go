package httpspan

import (
	"maps"
	"sync"
	"sync/atomic"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
)

// Measured are the attributes of one request's measurements. Fields that are
// empty are left out.
type Measured struct {
	Method       string // by Method
	Scheme, Host string
	Port         int
	Protocol     string // the version
	Route        string // http.route of a server
	Template     string // url.template of a client
	Status       int
	Error        string // error.type
}

// known holds the options of the attributes that requests had so far: most
// requests are like one before, and a set costs more than all measurements with
// it. Who sends requests can choose the host, so the number is bounded.
var known struct {
	byAttributes atomic.Pointer[map[Measured][]metric.RecordOption]
	sync.Mutex
}

const maxKnown = 512

// Options are what measurements of the request are recorded with.
func (m Measured) Options() []metric.RecordOption {
	old := known.byAttributes.Load()
	if old != nil {
		if o := (*old)[m]; o != nil {
			return o
		}
	}
	o := []metric.RecordOption{metric.WithAttributeSet(m.set())}
	if old == nil || len(*old) < maxKnown {
		known.Lock()
		defer known.Unlock()
		all := map[Measured][]metric.RecordOption{m: o}
		if old = known.byAttributes.Load(); old != nil {
			maps.Copy(all, *old)
		}
		known.byAttributes.Store(&all)
	}
	return o
}

func (m Measured) set() attribute.Set {
	attrs := []attribute.KeyValue{
		attribute.String("http.request.method", m.Method),
		attribute.String("url.scheme", m.Scheme),
		attribute.String("server.address", m.Host),
		attribute.String("network.protocol.name", "http"),
	}
	if m.Port > 0 {
		attrs = append(attrs, attribute.Int("server.port", m.Port))
	}
	if m.Status > 0 {
		attrs = append(attrs, attribute.Int("http.response.status_code", m.Status))
	}
	for key, value := range map[attribute.Key]string{
		"network.protocol.version": m.Protocol,
		"http.route":               m.Route,
		"url.template":             m.Template,
		"error.type":               m.Error,
	} {
		if value != "" {
			attrs = append(attrs, key.String(value))
		}
	}
	return attribute.NewSet(attrs...)
}
