// Package serverspan lets the packages that see one HTTP request share its
// server span: the one that begins it (net/http), those that know the route
// (ServeMux, gin), and the tracer's hook, which keeps a second server span from
// being made where the program uses an instrumentation of its own.
package serverspan

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/httpspan"
)

// State belongs to one request.
type State struct {
	// Claimed is set when an instrumentation of the program's own has taken the
	// span over. It then names the span, and records the metrics.
	Claimed atomic.Bool

	owner   any
	entered atomic.Bool
	mu      sync.Mutex
	span    trace.Span
	route   string
	name    string // given by who has claimed the span
}

type key struct{}

// NewContext returns a context that carries s, and what its owner wants to find
// again.
func NewContext(ctx context.Context, s *State, owner any) context.Context {
	s.owner = owner
	return context.WithValue(ctx, key{}, s)
}

// FromContext returns the state of the request that ctx belongs to, or nil.
func FromContext(ctx context.Context) *State {
	s, _ := ctx.Value(key{}).(*State)
	return s
}

// Owner returns what NewContext was given.
func Owner(ctx context.Context) any {
	if s := FromContext(ctx); s != nil {
		return s.owner
	}
	return nil
}

// Enter tells whether the caller is the outermost of a router's nested calls
// for this request; it then calls Leave.
func (s *State) Enter() bool { return s.entered.CompareAndSwap(false, true) }

// Leave ends what Enter began.
func (s *State) Leave() { s.entered.Store(false) }

// SetSpan tells which span is the request's.
func (s *State) SetSpan(sp trace.Span) {
	s.mu.Lock()
	s.span = sp
	s.mu.Unlock()
}

// Span returns the request's span, or nil.
func (s *State) Span() trace.Span {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.span
}

// SetName names the span for who has claimed it.
func (s *State) SetName(name string) {
	s.mu.Lock()
	s.name = name
	sp := s.span
	s.mu.Unlock()
	if sp != nil {
		sp.SetName(name)
	}
}

// Name returns the span's name as known by now.
func (s *State) Name(method string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.name != "" {
		return s.name
	}
	return Name(method, s.route)
}

// Route returns the route found so far.
func (s *State) Route() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.route
}

// SetRoute names the request's span by method and route, as the semantic
// conventions ask, and sets http.route. Routers can be nested: the innermost is
// told of first, and outer ones add what they have stripped from the path.
func (s *State) SetRoute(method, route string) {
	if route == "" {
		return
	}
	s.mu.Lock()
	if s.route != "" {
		route = join(route, s.route)
	}
	same := route == s.route
	s.route = route
	sp := s.span
	s.mu.Unlock()
	if same || sp == nil || !sp.IsRecording() {
		return
	}
	sp.SetAttributes(attribute.String("http.route", route))
	if !s.Claimed.Load() {
		sp.SetName(Name(method, route))
	}
}

// join combines the pattern of a router with that of one inside it.
func join(outer, inner string) string {
	prefix := strings.TrimSuffix(outer, "/")
	if prefix == outer || inner == prefix || strings.HasPrefix(inner, prefix+"/") {
		// The outer pattern is no subtree, or the path was not stripped.
		return inner
	}
	return prefix + "/" + strings.TrimPrefix(inner, "/")
}

// Name is the span name of the semantic conventions; unknown methods are HTTP.
func Name(method, route string) string {
	if method = httpspan.Method(method); method == httpspan.OtherMethod {
		method = "HTTP"
	}
	if route == "" {
		return method
	}
	return method + " " + route
}

// FastHTTPKey is the user value of a fasthttp request that holds its
// context.Context, with span and State.
const FastHTTPKey = "otel.context"
