// Package link connects targets with hooks. Only generated code uses it: the
// file otel_importer.go that the build adds to package main calls Install once
// for each target, in an init function, when all hook packages are
// initialised.
//
// A target package owns a nil variable, its slot. Install makes the slot point
// to the functions that the target is to call; a target loads the slot once a
// call, so that before and after always belong together while the slot is
// switched.
package link

import (
	"sync"
	"sync/atomic"
	"unsafe"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/linked"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/registry"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/slot"
)

// Record tells how the program was instrumented. otel_importer.go sets it, so
// that the linker keeps the text, which `otel inspect` finds in the file.
var Record string

// Hooks is what a slot points to.
type Hooks = slot.Hooks

// Typed is a hook that takes its target's values.
type Typed = slot.Typed

// Hook is one rule's pair of hooks; each side has one of the two forms, or none.
type Hook struct {
	Rule        string
	Library     string
	Before      func(hook.Context)
	After       func(hook.Context)
	TypedBefore Typed
	TypedAfter  Typed
}

func (h *Hook) hasBefore() bool { return h.Before != nil || h.TypedBefore != nil }
func (h *Hook) hasAfter() bool  { return h.After != nil || h.TypedAfter != nil }

// Install sets the slot of a target. Before hooks run in the order given, after
// hooks in reverse.
func Install(s **Hooks, pkg, fn string, hooks ...Hook) {
	t := &target{slot: s, pkg: pkg, fn: fn, hooks: hooks}
	rules := make(map[string]string, len(hooks))
	for _, h := range hooks {
		rules[h.Rule] = h.Library
	}
	targets.add(t)
	registry.Add(rules, t.update)
	t.update()
	ready()
}

// ready runs with the first target: the generated file is in package main, or a
// test's, after everything else.
var ready = sync.OnceFunc(linked.Ready)

type target struct {
	slot    **Hooks
	pkg, fn string
	hooks   []Hook
	mu      sync.Mutex
}

// update stores what the switches ask for. Calls under way finish with what
// they began with.
func (t *target) update() {
	t.mu.Lock()
	defer t.mu.Unlock()
	var active []Hook
	for _, h := range t.hooks {
		if (h.hasBefore() || h.hasAfter()) && registry.On(h.Rule, h.Library) {
			active = append(active, h)
		}
	}
	store(t.slot, compose(t, active))
}

func store(s **Hooks, h *Hooks) {
	atomic.StorePointer((*unsafe.Pointer)(unsafe.Pointer(s)), unsafe.Pointer(h))
}

func compose(t *target, hooks []Hook) *Hooks {
	switch len(hooks) {
	case 0:
		return nil
	case 1:
		// The trampoline in package runtime recovers and reports by itself.
		h := &hooks[0]
		return slot.New(h.Before, h.After, h.TypedBefore, h.TypedAfter)
	}
	c := &chain{target: t, hooks: hooks}
	out := slot.New(nil, nil, nil, nil)
	for _, h := range hooks {
		if h.hasBefore() {
			out.TypedBefore = c.before
		}
		if h.hasAfter() {
			out.TypedAfter = c.after
		}
	}
	c.written.Store(true)
	return out
}

// A chain runs several hooks on one target. Each sees data of its own, and a
// panic in one of them does not keep the others from running.
type chain struct {
	target *target
	hooks  []Hook
	// A target reads its slot unseen by the race detector, which so learns that
	// the chain was written before it is used.
	written atomic.Bool
}

func (c *chain) before(ctx hook.Context, frame unsafe.Pointer) {
	c.written.Load()
	v := c.views(ctx)
	for i := range c.hooks {
		if h := &c.hooks[i]; h.hasBefore() {
			c.run(h.Before, h.TypedBefore, &v[i], frame, h)
		}
	}
}

func (c *chain) after(ctx hook.Context, frame unsafe.Pointer) {
	c.written.Load()
	v := c.views(ctx)
	for i := len(c.hooks) - 1; i >= 0; i-- {
		if h := &c.hooks[i]; h.hasAfter() {
			c.run(h.After, h.TypedAfter, &v[i], frame, h)
		}
	}
}

// views returns the views of this call: made by the first hook that runs and
// kept in the data of the underlying context.
func (c *chain) views(ctx hook.Context) []view {
	if v, ok := ctx.GetData().(*[]view); ok && len(*v) == len(c.hooks) {
		return *v
	}
	v := make([]view, len(c.hooks))
	for i := range v {
		v[i].Context = ctx
	}
	ctx.SetData(&v)
	return v
}

func (c *chain) run(plain func(hook.Context), typed Typed, v *view, frame unsafe.Pointer, h *Hook) {
	defer func() {
		if e := recover(); e != nil {
			reportPanic(c.target.pkg, c.target.fn, h.Rule, e)
		}
	}()
	if plain != nil {
		plain(v)
	} else {
		typed(v, frame)
	}
}

// view is a Context whose data belong to one of several hooks.
type view struct {
	hook.Context
	data any
	keys map[string]any
}

func (v *view) SetData(d any)              { v.data = d }
func (v *view) GetData() any               { return v.data }
func (v *view) GetKeyData(key string) any  { return v.keys[key] }
func (v *view) HasKeyData(key string) bool { _, ok := v.keys[key]; return ok }
func (v *view) SetKeyData(key string, val any) {
	if v.keys == nil {
		v.keys = map[string]any{}
	}
	v.keys[key] = val
}
