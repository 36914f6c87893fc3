package link

import (
	"fmt"
	"runtime"
	"strings"
	"sync"

	"go.opentelemetry.io/otel"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/rt"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/slot"
)

func init() {
	rt.SetReporter(report)
	slot.Report = report
}

// targets finds the rule of a target for messages: package runtime knows the
// function only.
var targets = &targetTable{m: map[string]*target{}}

type targetTable struct {
	mu sync.Mutex
	m  map[string]*target
}

func (t *targetTable) add(x *target) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.m[x.pkg+"\x00"+x.fn] = x
}

func (t *targetTable) rules(pkg, fn string) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	x := t.m[pkg+"\x00"+fn]
	if x == nil {
		return ""
	}
	var names []string
	for _, h := range x.hooks {
		names = append(names, h.Rule)
	}
	return strings.Join(names, ", ")
}

// Every site is reported once, and so many sites at most: a hook that fails on
// every request must not fill the log.
const maxReports = 100

var reported = struct {
	sync.Mutex
	sites map[string]bool
}{sites: map[string]bool{}}

func first(site string) bool {
	reported.Lock()
	defer reported.Unlock()
	if reported.sites[site] || len(reported.sites) >= maxReports {
		return false
	}
	reported.sites[site] = true
	return true
}

// report is called by package runtime, for a hook panic while the panic's
// frames are still on the stack.
func report(kind int, fn, pkg string, v any) {
	rule := targets.rules(pkg, fn)
	switch kind {
	case rt.HookPanicked:
		reportPanic(pkg, fn, rule, v)
	case rt.WrongType:
		if first("type\x00" + pkg + "\x00" + fn) {
			handle("hook on %s.%s (rule %s): SetParam or SetReturnVal with a value of type %T does not fit; nothing was changed", pkg, fn, rule, v)
		}
	case rt.WrongIndex:
		if first("index\x00" + pkg + "\x00" + fn) {
			handle("hook on %s.%s (rule %s): there is no parameter or result number %v; nothing was changed", pkg, fn, rule, v)
		}
	}
}

func reportPanic(pkg, fn, rule string, v any) {
	at := panicSite()
	if first("panic\x00" + pkg + "\x00" + fn + "\x00" + rule + "\x00" + at) {
		handle("hook on %s.%s (rule %s) panicked at %s: %v; the program goes on without it", pkg, fn, rule, at, v)
	}
}

// handle never prints on standard output: OpenTelemetry's global error handler
// writes to standard error unless the program has set another.
func handle(format string, args ...any) {
	was := rt.Suppress(true)
	defer rt.Suppress(was)
	defer func() { _ = recover() }() // the program's own handler, or a value's String method
	otel.Handle(fmt.Errorf("otel: "+format, args...))
}

// panicSite returns file:line of the innermost panic under way.
func panicSite() string {
	pc := make([]uintptr, 64)
	frames := runtime.CallersFrames(pc[:runtime.Callers(2, pc)])
	panicking := false
	for {
		f, more := frames.Next()
		switch {
		case f.Function == "runtime.gopanic" || f.Function == "runtime.sigpanic":
			panicking = true
		case panicking && !strings.HasPrefix(f.Function, "runtime."):
			return fmt.Sprintf("%s:%d", f.File, f.Line)
		}
		if !more {
			return "an unknown place"
		}
	}
}
