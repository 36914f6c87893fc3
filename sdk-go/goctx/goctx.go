// Package goctx gives each goroutine a current span, so that calls made with
// context.Background() still join the request they belong to.
//
// The policy:
//
//   - a context.Context that carries a span always wins;
//   - the goroutine's span is the fallback, and only while it is live: a
//     pooled worker that was started by a request does not continue the
//     request when it is over;
//   - a goroutine inherits the span of the goroutine that started it, as it was
//     then;
//   - spans of kind client and producer are leaves: a redis call made while an
//     HTTP response is still being read is no child of the HTTP call;
//   - spans of kind server and consumer never take the fallback: what begins
//     there comes from elsewhere, and main's own span is not its parent.
//
// Without the support of package runtime (a program built without it)
// everything here does nothing, and contexts work as they always do.
package goctx

import (
	"context"
	"sync"
	"sync/atomic"

	"go.opentelemetry.io/otel/baggage"
	"go.opentelemetry.io/otel/trace"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/rt"
)

// maxDepth bounds the chain of a goroutine that starts spans and never ends
// them.
const maxDepth = 64

// entry is one span of a goroutine. Goroutines that were started meanwhile
// share it, so the end of the span is seen by all of them.
type entry struct {
	live   atomic.Pointer[span] // nil once ended, so that nothing is kept alive
	parent *entry
	depth  int
}

type span struct {
	trace.Span
	id  trace.SpanID
	bag baggage.Baggage
	// Spans that are not recorded are values without identity and cannot be
	// asked whether they have ended.
	recording bool
}

func (e *entry) current() *span {
	s := e.live.Load()
	if s == nil {
		return nil
	}
	if s.recording && !s.IsRecording() || !s.recording && endedElsewhere.has(s.id) {
		e.live.Store(nil)
		return nil
	}
	return s
}

// top returns the innermost live entry of this goroutine and forgets the
// others above it.
func top() (*entry, *span) {
	e, _ := rt.Get().(*entry)
	if e == nil {
		return nil, nil
	}
	for start := e; ; e = e.parent {
		if e == nil {
			rt.Set(nil)
			return nil, nil
		}
		if s := e.current(); s != nil {
			if e != start {
				rt.Set(e)
			}
			return e, s
		}
	}
}

// Current returns the goroutine's live span, or nil.
func Current() trace.Span {
	if _, s := top(); s != nil {
		return s.Span
	}
	return nil
}

// Parent returns the context that a new span is to be started in: ctx itself
// when it carries a span or the goroutine has none that is live, else ctx with
// the goroutine's span and, if ctx has none, its baggage.
func Parent(ctx context.Context) context.Context {
	if ctx == nil {
		ctx = context.Background()
	}
	if trace.SpanContextFromContext(ctx).IsValid() {
		return ctx
	}
	_, s := top()
	if s == nil {
		return ctx
	}
	ctx = trace.ContextWithSpan(ctx, s.Span)
	if s.bag.Len() > 0 && baggage.FromContext(ctx).Len() == 0 {
		ctx = baggage.ContextWithBaggage(ctx, s.bag)
	}
	return ctx
}

// Push makes a span that was just started the goroutine's current one, with the
// baggage of the context that was returned with it.
func Push(ctx context.Context, sp trace.Span) {
	if sp == nil || !rt.Present() {
		return
	}
	sc := sp.SpanContext()
	if !sc.IsValid() {
		return
	}
	parent, _ := top()
	e := &entry{parent: parent}
	if parent != nil {
		if e.depth = parent.depth + 1; e.depth > maxDepth {
			return
		}
	}
	e.live.Store(&span{Span: sp, id: sc.SpanID(), bag: baggage.FromContext(ctx), recording: sp.IsRecording()})
	rt.Set(e)
}

// Ended is told of each span that ends, on the goroutine that ends it.
func Ended(sp trace.Span) {
	if sp == nil || !rt.Present() {
		return
	}
	e, _ := rt.Get().(*entry)
	sc := sp.SpanContext()
	id := sc.SpanID()
	for ; e != nil; e = e.parent {
		if s := e.live.Load(); s != nil && s.id == id {
			e.live.Store(nil)
			top()
			return
		}
	}
	if !sc.IsSampled() && sc.IsValid() {
		endedElsewhere.add(id)
	}
}

// endedElsewhere remembers spans that were not recorded and ended on another
// goroutine than they began on. It is bounded; an entry it has forgotten makes
// the goroutine that began the span hold on to it, nothing worse.
var endedElsewhere idSet

const idSetSize = 4096

type idSet struct {
	mu   sync.Mutex
	n    atomic.Int64
	ids  map[trace.SpanID]struct{}
	ring []trace.SpanID
	next int
}

func (s *idSet) add(id trace.SpanID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ids == nil {
		s.ids = make(map[trace.SpanID]struct{}, idSetSize)
		s.ring = make([]trace.SpanID, idSetSize)
	}
	delete(s.ids, s.ring[s.next])
	s.ring[s.next] = id
	s.next = (s.next + 1) % idSetSize
	s.ids[id] = struct{}{}
	s.n.Store(int64(len(s.ids)))
}

func (s *idSet) has(id trace.SpanID) bool {
	if s.n.Load() == 0 {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	_, ok := s.ids[id]
	return ok
}

type suppressKey struct{}

// Suppress keeps hooks off this goroutine, and the goroutines it starts, until
// the returned function is called: an exporter's own requests are no
// telemetry. The context says the same to code that only sees a context.
func Suppress(ctx context.Context) (context.Context, func()) {
	was := rt.Suppress(true)
	return context.WithValue(ctx, suppressKey{}, true), func() { rt.Suppress(was) }
}

// Suppressed tells whether ctx comes from Suppress, or the goroutine is one that
// hooks are kept off: an exporter of the program's own.
func Suppressed(ctx context.Context) bool {
	on, _ := ctx.Value(suppressKey{}).(bool)
	return on || rt.Suppressed()
}
