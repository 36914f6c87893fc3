// Package registry keeps which rules and libraries are switched on, and tells
// package link when that changes. It knows nothing of hooks or targets.
package registry

import (
	"os"
	"sort"
	"strings"
	"sync"
	"sync/atomic"
)

const (
	enabledVar  = "OTEL_GO_ENABLED_INSTRUMENTATIONS"
	disabledVar = "OTEL_GO_DISABLED_INSTRUMENTATIONS"
)

var state = newTable(os.Getenv)

type table struct {
	mu       sync.Mutex
	only     map[string]bool // nil: all
	without  map[string]bool
	override map[string]bool
	rules    map[string]string // rule to library
	libs     map[string]bool
	onChange []func()
}

func newTable(getenv func(string) string) *table {
	return &table{
		only:     list(getenv(enabledVar)),
		without:  list(getenv(disabledVar)),
		override: map[string]bool{},
		rules:    map[string]string{},
		libs:     map[string]bool{},
	}
}

func list(s string) map[string]bool {
	var m map[string]bool
	for _, f := range strings.Split(s, ",") {
		if f = strings.TrimSpace(f); f != "" {
			if m == nil {
				m = map[string]bool{}
			}
			m[strings.ToLower(f)] = true
		}
	}
	return m
}

// Add makes a rule known; update is called whenever a switch changes.
func Add(rules map[string]string, update func()) {
	state.mu.Lock()
	defer state.mu.Unlock()
	for r, l := range rules {
		state.rules[r] = l
		state.libs[l] = true
	}
	state.onChange = append(state.onChange, update)
}

// On tells whether a hook of this rule and library is to run.
func On(rule, library string) bool {
	state.mu.Lock()
	defer state.mu.Unlock()
	return state.on(rule, library)
}

func (t *table) on(rule, library string) bool {
	if on, ok := t.override[rule]; ok {
		return on
	}
	if on, ok := t.override[library]; ok {
		return on
	}
	r, l := strings.ToLower(rule), strings.ToLower(library)
	if t.without[r] || t.without[l] {
		return false
	}
	// What the others stand on is not an instrumentation of its own: naming
	// the wanted libraries must not cut their spans from each other.
	return t.only == nil || t.only[r] || t.only[l] || library == "otel-sdk"
}

// Switch is kept up to date with On(rule, library), for code that a hook has
// installed and that runs on.
func Switch(rule, library string) *atomic.Bool {
	b := new(atomic.Bool)
	update := func() { b.Store(On(rule, library)) }
	Add(nil, update)
	update()
	return b
}

// SetEnabled overrides the environment for a rule or library, and tells whether
// one of that name is installed.
func SetEnabled(name string, on bool) bool {
	state.mu.Lock()
	state.override[name] = on
	_, rule := state.rules[name]
	known := rule || state.libs[name]
	updates := append([]func(){}, state.onChange...)
	state.mu.Unlock()
	for _, f := range updates {
		f()
	}
	return known
}

// Enabled tells whether an installed rule or library is on.
func Enabled(name string) bool {
	state.mu.Lock()
	defer state.mu.Unlock()
	if l, ok := state.rules[name]; ok {
		return state.on(name, l)
	}
	return state.libs[name] && state.on("", name)
}

// Libraries returns the libraries of all installed rules.
func Libraries() []string {
	state.mu.Lock()
	defer state.mu.Unlock()
	out := make([]string, 0, len(state.libs))
	for l := range state.libs {
		out = append(out, l)
	}
	sort.Strings(out)
	return out
}
