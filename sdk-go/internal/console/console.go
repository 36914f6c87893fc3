// Package console writes telemetry for people: finished traces as trees,
// metrics as lines.
//
// It writes to standard error. The specification gives its console exporter
// standard output, but there the program's own output would no longer be what
// it was, and `program | other` would break by setting a variable of the
// environment; OTEL_GO_CONSOLE=stdout asks for it.
package console

import (
	"context"
	"fmt"
	"io"
	"os"
	"sort"
	"strings"
	"sync"
	"time"

	"go.opentelemetry.io/otel/codes"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// Bounds of what is held back until a trace is complete.
const (
	maxTraces = 1000
	maxSpans  = 1000 // of one trace
)

// Processor collects spans and draws a trace when none of its spans is open in
// this process any more.
type Processor struct {
	w      io.Writer
	colour bool

	mu     sync.Mutex
	traces map[trace.TraceID]*spans
	order  []trace.TraceID // oldest first; may name traces that are drawn
}

type spans struct {
	open    int
	ended   []sdktrace.ReadOnlySpan
	dropped int
}

var _ sdktrace.SpanProcessor = (*Processor)(nil)

// NewProcessor draws on w, in colour when w is a terminal and NO_COLOR is not
// set.
func NewProcessor(w io.Writer) *Processor {
	return &Processor{w: w, colour: isTerminal(w), traces: map[trace.TraceID]*spans{}}
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok || os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb" {
		return false
	}
	st, err := f.Stat()
	return err == nil && st.Mode()&os.ModeCharDevice != 0
}

func (p *Processor) OnStart(_ context.Context, s sdktrace.ReadWriteSpan) {
	id := s.SpanContext().TraceID()
	p.mu.Lock()
	defer p.mu.Unlock()
	t := p.traces[id]
	if t == nil {
		if len(p.traces) >= maxTraces {
			p.evict()
		}
		t = &spans{}
		p.traces[id] = t
		p.order = append(p.order, id)
	}
	t.open++
}

func (p *Processor) OnEnd(s sdktrace.ReadOnlySpan) {
	if !s.SpanContext().IsSampled() {
		return
	}
	id := s.SpanContext().TraceID()
	p.mu.Lock()
	defer p.mu.Unlock()
	t := p.traces[id]
	if t == nil { // evicted meanwhile
		t = &spans{open: 1}
		p.traces[id] = t
		p.order = append(p.order, id)
	}
	t.open--
	if len(t.ended) < maxSpans {
		t.ended = append(t.ended, s)
	} else {
		t.dropped++
	}
	if t.open <= 0 {
		p.draw(id)
	}
}

// evict draws the oldest trace as it is.
func (p *Processor) evict() {
	for len(p.order) > 0 {
		id := p.order[0]
		p.order = p.order[1:]
		if _, ok := p.traces[id]; ok {
			p.draw(id)
			return
		}
	}
}

// ForceFlush draws what has ended of traces that are still open.
func (p *Processor) ForceFlush(context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, id := range p.order {
		if t := p.traces[id]; t != nil {
			open := t.open
			p.draw(id)
			if open > 0 {
				p.traces[id] = &spans{open: open}
			}
		}
	}
	p.order = p.order[:0]
	for id := range p.traces {
		p.order = append(p.order, id)
	}
	return nil
}

func (p *Processor) Shutdown(ctx context.Context) error { return p.ForceFlush(ctx) }

func (p *Processor) draw(id trace.TraceID) {
	t := p.traces[id]
	delete(p.traces, id)
	if len(p.order) > 4*maxTraces {
		keep := p.order[:0]
		for _, o := range p.order {
			if p.traces[o] != nil {
				keep = append(keep, o)
			}
		}
		p.order = keep
	}
	if len(t.ended) == 0 {
		return
	}
	_, _ = io.WriteString(p.w, Tree(t.ended, t.dropped, p.colour))
}

// A row is one span in the drawing.
type row struct {
	label string
	span  sdktrace.ReadOnlySpan
	root  bool
}

// Tree draws the spans of one trace.
func Tree(all []sdktrace.ReadOnlySpan, dropped int, colour bool) string {
	ids := map[trace.SpanID]bool{}
	for _, s := range all {
		ids[s.SpanContext().SpanID()] = true
	}
	children := map[trace.SpanID][]sdktrace.ReadOnlySpan{}
	var roots []sdktrace.ReadOnlySpan
	begin, end := all[0].StartTime(), all[0].EndTime()
	for _, s := range all {
		if parent := s.Parent().SpanID(); parent.IsValid() && ids[parent] && parent != s.SpanContext().SpanID() {
			children[parent] = append(children[parent], s)
		} else {
			roots = append(roots, s)
		}
		if s.StartTime().Before(begin) {
			begin = s.StartTime()
		}
		if s.EndTime().After(end) {
			end = s.EndTime()
		}
	}
	var rows []row
	var walk func(list []sdktrace.ReadOnlySpan, indent string, root bool)
	walk = func(list []sdktrace.ReadOnlySpan, indent string, root bool) {
		sort.SliceStable(list, func(i, j int) bool { return list[i].StartTime().Before(list[j].StartTime()) })
		for i, s := range list {
			branch, below := "├─ ", "│  "
			if i == len(list)-1 {
				branch, below = "└─ ", "   "
			}
			if root {
				branch, below = "", ""
			}
			rows = append(rows, row{indent + branch + clean(s.Name()), s, root})
			walk(children[s.SpanContext().SpanID()], indent+below, false)
		}
	}
	walk(roots, "  ", true)

	width, unit := 0, 0
	for _, r := range rows {
		width = max(width, runes(r.label))
		unit = max(unit, runes(duration(r.span)))
	}
	paint := func(code, s string) string {
		if !colour || s == "" {
			return s
		}
		return "\x1b[" + code + "m" + s + "\x1b[0m"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s\n", paint("2", "trace "+all[0].SpanContext().TraceID().String()), paint("2", begin.Format("15:04:05.000")))
	for _, r := range rows {
		d := duration(r.span)
		line := r.label + strings.Repeat(" ", width-runes(r.label))
		failed := r.span.Status().Code == codes.Error
		if failed {
			line = paint("31", line)
		}
		fmt.Fprintf(&b, "%s  %-8s  %s%s  %s", line, kind(r.span), strings.Repeat(" ", unit-runes(d)), paint("1", d),
			paint("36", bar(r.span, begin, end)))
		if note := detail(r.span, r.root); note != "" {
			fmt.Fprintf(&b, "  %s", paint("2", note))
		}
		if failed {
			fmt.Fprintf(&b, "  %s", paint("31;1", "error"+reason(r.span)))
		}
		b.WriteByte('\n')
	}
	if dropped > 0 {
		fmt.Fprintf(&b, "  … and %d more spans\n", dropped)
	}
	return b.String()
}

func runes(s string) int { return len([]rune(s)) }

func kind(s sdktrace.ReadOnlySpan) string { return s.SpanKind().String() }

func duration(s sdktrace.ReadOnlySpan) string {
	d := s.EndTime().Sub(s.StartTime())
	switch {
	case d < time.Millisecond:
		return fmt.Sprintf("%.0f µs", float64(d)/float64(time.Microsecond))
	case d < time.Second:
		return fmt.Sprintf("%.2f ms", float64(d)/float64(time.Millisecond))
	}
	return fmt.Sprintf("%.2f s ", d.Seconds())
}

// bar shows when in the trace the span ran.
func bar(s sdktrace.ReadOnlySpan, begin, end time.Time) string {
	const cells = 20
	total := float64(end.Sub(begin))
	if total <= 0 {
		total = 1
	}
	from := int(float64(s.StartTime().Sub(begin)) / total * cells)
	to := int(float64(s.EndTime().Sub(begin))/total*cells + 0.5)
	from = min(from, cells-1)
	to = min(max(to, from+1), cells)
	return strings.Repeat("·", from) + strings.Repeat("█", to-from) + strings.Repeat("·", cells-to)
}

// detail picks what tells most about a span.
func detail(s sdktrace.ReadOnlySpan, root bool) string {
	var out []string
	for _, kv := range s.Attributes() {
		switch kv.Key {
		case "http.response.status_code", "rpc.grpc.status_code", "db.query.text", "url.full", "messaging.destination.name":
			out = append(out, clean(kv.Value.Emit()))
		}
	}
	if p := s.Parent(); root && p.IsValid() {
		// In another process, or drawn before.
		out = append(out, "below "+p.SpanID().String())
	}
	return strings.Join(out, " ")
}

func reason(s sdktrace.ReadOnlySpan) string {
	if d := s.Status().Description; d != "" {
		return ": " + clean(d)
	}
	for _, kv := range s.Attributes() {
		if kv.Key == "error.type" {
			return ": " + clean(kv.Value.Emit())
		}
	}
	return ""
}

// clean keeps what others have written from driving the terminal.
func clean(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 {
			return ' '
		}
		return r
	}, s)
	if r := []rune(s); len(r) > 120 {
		s = string(r[:119]) + "…"
	}
	return s
}
