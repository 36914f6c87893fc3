// Copyright The OpenTelemetry Authors
// SPDX-License-Identifier: Apache-2.0

// The tool adds this file to package runtime. It holds the context that hooks
// receive, the trace context of each goroutine, and the entry points that
// instrumented functions reach through linknames.
//
// A hook never holds a pointer to a target's frame. What it holds is the
// address of one byte of otelHandles, whose index is the call's generation: the
// methods look the generation up among the goroutine's calls in progress, and
// the frame is found by its offset from the top of the stack, which moves with
// the stack. A context that is kept beyond its call, or used on another
// goroutine, therefore reads as empty; it cannot reach a newer call or freed
// memory. Nothing is allocated per call: call records come from a free list of
// the goroutine.

package runtime

import (
	"internal/runtime/atomic"
	"unsafe"
)

// otelG is the last field of g.
type otelG struct {
	ctx any // trace context, inherited by go statements
	// top is the innermost call in progress that has hooks; below it are the
	// outer ones and a first record that is no call, above it records to reuse.
	top   *otelCall
	gen   uint32 // of the latest call
	state uint32
}

// Bits of otelG.state: no hook runs while one is set.
const (
	otelInHook     = 1 << iota // a hook runs on this goroutine
	otelSuppressed             // set through otelAPI, inherited by go statements
)

// otelDesc is what the tool knows of a target; static data of its package.
type otelDesc struct {
	fn, pkg  string
	np, nr   int
	reported uint8 // kinds of misuse that were reported, as bits
}

// otelFrame is the pointer to a target's parameters and results.
type otelFrame interface {
	OtelGet(i int) any
	OtelSet(i int, v any) bool
}

// otelHooks is what a slot points to: for each side one function or none. The
// typed ones also get the frame's address, which is good until they return.
type otelHooks struct {
	before, after           func(otelContext)
	typedBefore, typedAfter func(otelContext, unsafe.Pointer)
}

// otelContext is hook.Context of the SDK: an identical method set.
type otelContext interface {
	SetData(any)
	GetData() any
	GetKeyData(string) any
	SetKeyData(string, any)
	HasKeyData(string) bool
	GetParam(int) any
	SetParam(int, any)
	NumParams() int
	GetReturnVal(int) any
	SetReturnVal(int, any)
	NumReturnVals() int
	GetFuncName() string
	GetPackageName() string
	SetSkipCall(bool)
	IsSkipCall() bool
	Panicking() bool
	PanicValue() any
}

type otelKV struct {
	k string
	v any
}

// otelCall is one call of a target in progress.
type otelCall struct {
	skip  bool    // first: the target reads it
	after bool    // the after hook runs
	gen   uint32  // index into otelHandles
	off   uintptr // g.stack.hi - the frame's address
	tab   *itab   // of the frame; as d static data, or never freed
	d     *otelDesc
	h     *otelHooks
	data  any
	kv    []otelKV
	// The record of the call around this one, and the one to use for a call
	// within it. Set once.
	outer, inner *otelCall
}

// otelHandle has no content: its address is a call's identity.
type otelHandle struct{ _ [0]byte }

// otelHandles is never written to, so that it takes address space alone.
var otelHandles [1 << 20]byte

func (h *otelHandle) call() *otelCall {
	gen := uint32(uintptr(unsafe.Pointer(h)) - uintptr(unsafe.Pointer(&otelHandles)))
	for c := getg().otel.top; c != nil && c.outer != nil; c = c.outer {
		if c.gen == gen {
			return c
		}
	}
	return nil
}

func (c *otelCall) handle() otelContext {
	return (*otelHandle)(unsafe.Pointer(&otelHandles[c.gen]))
}

func (c *otelCall) addr() uintptr { return getg().stack.hi - c.off }

func (c *otelCall) frame() (f otelFrame) {
	*(*iface)(unsafe.Pointer(&f)) = iface{c.tab, unsafe.Pointer(c.addr())}
	return f
}

func (h *otelHandle) GetParam(i int) any {
	c := h.call()
	if c == nil {
		return nil
	}
	if uint(i) >= uint(c.d.np) {
		otelMisuse(c.d, 2, i)
		return nil
	}
	return c.frame().OtelGet(i)
}

func (h *otelHandle) SetParam(i int, v any) {
	c := h.call()
	if c == nil {
		return
	}
	if uint(i) >= uint(c.d.np) {
		otelMisuse(c.d, 2, i)
		return
	}
	if !c.frame().OtelSet(i, v) {
		otelMisuse(c.d, 1, v)
	}
}

func (h *otelHandle) GetReturnVal(i int) any {
	c := h.call()
	if c == nil {
		return nil
	}
	if uint(i) >= uint(c.d.nr) {
		otelMisuse(c.d, 2, i)
		return nil
	}
	return c.frame().OtelGet(i + c.d.np)
}

func (h *otelHandle) SetReturnVal(i int, v any) {
	c := h.call()
	if c == nil {
		return
	}
	if uint(i) >= uint(c.d.nr) {
		otelMisuse(c.d, 2, i)
		return
	}
	if !c.frame().OtelSet(i+c.d.np, v) {
		otelMisuse(c.d, 1, v)
	}
}

func (h *otelHandle) NumParams() int {
	if c := h.call(); c != nil {
		return c.d.np
	}
	return 0
}

func (h *otelHandle) NumReturnVals() int {
	if c := h.call(); c != nil {
		return c.d.nr
	}
	return 0
}

func (h *otelHandle) GetFuncName() string {
	if c := h.call(); c != nil {
		return c.d.fn
	}
	return ""
}

func (h *otelHandle) GetPackageName() string {
	if c := h.call(); c != nil {
		return c.d.pkg
	}
	return ""
}

func (h *otelHandle) SetData(v any) {
	if c := h.call(); c != nil {
		c.data = v
	}
}

func (h *otelHandle) GetData() any {
	if c := h.call(); c != nil {
		return c.data
	}
	return nil
}

func (h *otelHandle) GetKeyData(k string) any {
	if c := h.call(); c != nil {
		for i := range c.kv {
			if c.kv[i].k == k {
				return c.kv[i].v
			}
		}
	}
	return nil
}

func (h *otelHandle) HasKeyData(k string) bool {
	if c := h.call(); c != nil {
		for i := range c.kv {
			if c.kv[i].k == k {
				return true
			}
		}
	}
	return false
}

func (h *otelHandle) SetKeyData(k string, v any) {
	c := h.call()
	if c == nil {
		return
	}
	for i := range c.kv {
		if c.kv[i].k == k {
			c.kv[i].v = v
			return
		}
	}
	c.kv = append(c.kv, otelKV{k, v})
}

func (h *otelHandle) SetSkipCall(skip bool) {
	if c := h.call(); c != nil {
		c.skip = skip
	}
}

func (h *otelHandle) IsSkipCall() bool {
	c := h.call()
	return c != nil && c.skip
}

// Panicking tells an after hook that a panic unwinds the target's own frame.
func (h *otelHandle) Panicking() bool {
	c := h.call()
	return c != nil && c.panicking() != nil
}

func (h *otelHandle) PanicValue() any {
	if c := h.call(); c != nil {
		if p := c.panicking(); p != nil {
			return p.arg
		}
	}
	return nil
}

// panicking returns the panic whose deferred calls run for the frame that c's
// parameters are in. A panic of the hook itself stands before it in the list.
func (c *otelCall) panicking() *_panic {
	if !c.after {
		return nil
	}
	addr := c.addr()
	for p := getg()._panic; p != nil; p = p.link {
		if uintptr(p.sp) <= addr && addr < uintptr(p.fp) {
			if p.goexit || p.recovered {
				return nil
			}
			return p
		}
	}
	return nil
}

// otelMay tells whether hooks may run: not in hooks, nor on goroutines that
// suppress them, nor on the scheduler's stack, nor for a frame that is not on the
// stack because it is too large.
func otelMay(gp *g, frame uintptr) bool {
	return gp.otel.state == 0 && gp == gp.m.curg && gp.stack.hi-frame <= gp.stack.hi-gp.stack.lo
}

// otelNext returns the record for a new call.
func otelNext(gp *g) *otelCall {
	if t := gp.otel.top; t != nil && t.inner != nil {
		return t.inner
	}
	return otelGrow(gp)
}

//go:noinline
func otelGrow(gp *g) *otelCall {
	t := gp.otel.top
	if t == nil {
		// Generations start at a place of the goroutine's own, so that a
		// context used on the wrong goroutine finds nothing there.
		gp.otel.gen = uint32(gp.goid) * 0x9e3779b1
		t = new(otelCall)
		gp.otel.top = t
	}
	c := new(otelCall)
	c.outer = t
	t.inner = c
	return c
}

func (c *otelCall) begin(gp *g, d *otelDesc, fi *iface, h *otelHooks) {
	gp.otel.gen++
	c.gen = gp.otel.gen % uint32(len(otelHandles))
	c.off = gp.stack.hi - uintptr(fi.data)
	c.tab = fi.tab
	c.d = d
	c.h = h
	gp.otel.top = c
}

// end gives up c's record and, with it, those of calls within it that ended
// without us.
func (c *otelCall) end(gp *g) {
	for t := gp.otel.top; ; t = t.outer {
		if t.skip || t.after || t.data != nil || len(t.kv) != 0 {
			t.clear()
		}
		if t == c {
			break
		}
	}
	gp.otel.top = c.outer
	gp.otel.state &^= otelInHook
}

func (c *otelCall) clear() {
	c.skip = false
	c.after = false
	c.data = nil
	clear(c.kv)
	c.kv = c.kv[:0]
}

// otelBefore begins a call of a target that has an after hook; otelAfter must
// follow unless it returns nil. Linked to the instrumented packages.
//
//go:linkname otelBefore runtime.otelBefore
func otelBefore(d *otelDesc, f otelFrame, h *otelHooks) (c *otelCall) {
	gp := getg()
	fi := (*iface)(unsafe.Pointer(&f))
	if !otelMay(gp, uintptr(fi.data)) {
		return nil
	}
	c = otelNext(gp)
	c.begin(gp, d, fi, h)
	if h.before != nil {
		gp.otel.state |= otelInHook
		defer otelEndBefore(c)
		h.before(c.handle())
	} else if h.typedBefore != nil {
		gp.otel.state |= otelInHook
		defer otelEndBefore(c)
		h.typedBefore(c.handle(), fi.data)
	}
	return c
}

// The functions that end with a hook are deferred: they see its panic. Asking
// the goroutine first is cheaper than recover.

func otelEndBefore(c *otelCall) {
	gp := getg()
	if gp._panic != nil {
		if e := recover(); e != nil {
			otelHookPanicked(c.d, e)
		}
	}
	gp.otel.state &^= otelInHook
}

// otelAfter runs the after hook and ends the call.
//
//go:linkname otelAfter runtime.otelAfter
func otelAfter(c *otelCall) {
	getg().otel.state |= otelInHook
	c.after = true
	defer otelEndAfter(c)
	if after := c.h.after; after != nil {
		after(c.handle())
	} else if after := c.h.typedAfter; after != nil {
		after(c.handle(), unsafe.Pointer(c.addr()))
	}
}

func otelEndAfter(c *otelCall) {
	gp := getg()
	if gp._panic != nil {
		if e := recover(); e != nil {
			otelHookPanicked(c.d, e)
		}
	}
	c.end(gp)
}

// otelOnly runs the before hook of a target that has no after hook, and tells
// whether the call is skipped.
//
//go:linkname otelOnly runtime.otelOnly
func otelOnly(d *otelDesc, f otelFrame, h *otelHooks) (skip bool) {
	gp := getg()
	fi := (*iface)(unsafe.Pointer(&f))
	if h.before == nil && h.typedBefore == nil || !otelMay(gp, uintptr(fi.data)) {
		return false
	}
	c := otelNext(gp)
	c.begin(gp, d, fi, h)
	gp.otel.state |= otelInHook
	defer otelEndOnly(c, &skip)
	if h.before != nil {
		h.before(c.handle())
	} else {
		h.typedBefore(c.handle(), fi.data)
	}
	return
}

func otelEndOnly(c *otelCall, skip *bool) {
	gp := getg()
	if gp._panic != nil {
		if e := recover(); e != nil {
			otelHookPanicked(c.d, e)
		}
	}
	*skip = c.skip
	c.end(gp)
}

// Kinds of report, as otelAPI's users know them.
const (
	otelReportPanic = 0
	otelReportType  = 1
	otelReportIndex = 2
)

var otelReporter func(kind int, fn, pkg string, v any)

func otelHookPanicked(d *otelDesc, e any) {
	if r := otelReporter; r != nil {
		otelCallReporter(r, otelReportPanic, d, e)
		return
	}
	print("otel: hook of ", d.pkg, ".", d.fn, " panicked: ")
	printpanicval(e)
	println()
}

// otelMisuse reports once for each target and kind.
func otelMisuse(d *otelDesc, kind int, v any) {
	if d.reported&(1<<kind) != 0 {
		return
	}
	d.reported |= 1 << kind
	if r := otelReporter; r != nil {
		otelCallReporter(r, kind, d, v)
		return
	}
	what := " was given a value of the wrong type; it is ignored"
	if kind == otelReportIndex {
		what = " used an index that does not exist; it is ignored"
	}
	println("otel: hook of", d.pkg+"."+d.fn+what)
}

func otelCallReporter(r func(int, string, string, any), kind int, d *otelDesc, v any) {
	defer func() { recover() }()
	r(kind, d.fn, d.pkg, v)
}

// otelAPIStruct is what the SDK sees of all this; see its package runtimeapi.
type otelAPIStruct struct {
	version     int
	ctxGet      func() any
	ctxSet      func(any)
	suppress    func(on bool) (was bool)
	setReporter func(func(kind int, fn, pkg string, v any))
	setAtDeath  func(func())
}

// otelAPI has content, so that the linker prefers it to the SDK's declaration,
// which stays nil where package runtime is not patched.
//
//go:linkname otelAPI runtime.otelAPI
var otelAPI = &otelAPIStruct{
	version:     2,
	ctxGet:      otelCtxGet,
	ctxSet:      otelCtxSet,
	suppress:    otelSuppress,
	setReporter: otelSetReporter,
	setAtDeath:  otelSetAtDeath,
}

func otelCtxGet() any { return getg().otel.ctx }

func otelCtxSet(v any) { getg().otel.ctx = v }

func otelSuppress(on bool) (was bool) {
	gp := getg()
	was = gp.otel.state&otelSuppressed != 0
	gp.otel.state &^= otelSuppressed
	if on {
		gp.otel.state |= otelSuppressed
	}
	return was
}

func otelSetReporter(r func(kind int, fn, pkg string, v any)) { otelReporter = r }

// otelInherit is called by newproc1 where there is something to inherit.
func otelInherit(newg, callergp *g) {
	newg.otel.ctx = callergp.otel.ctx
	newg.otel.state = callergp.otel.state & otelSuppressed
}

// otelClear is called by gdestroy.
func otelClear(gp *g) { gp.otel = otelG{} }

// otelCallbackEnds is called when a function that C called has returned. The
// goroutine that stands for a thread of C serves the next thread as it is.
func otelCallbackEnds(gp *g) {
	if gp.m.isextra && gp.m.ncgo == 0 {
		gp.otel.ctx = nil
		gp.otel.state = 0
	}
}

var (
	otelAtDeath func()
	otelDying   atomic.Bool
)

func otelSetAtDeath(f func()) { otelAtDeath = f }

// otelDies is called on the goroutine whose panic ends the program, before
// anything is printed.
func otelDies() {
	if f := otelAtDeath; f != nil {
		otelDying.Store(true)
		defer func() { recover() }()
		f()
	}
}

// otelMainEnds is called when main.main has returned. The exit status is the
// panic's, if one has come first.
func otelMainEnds() {
	if otelDying.Load() {
		gopark(nil, nil, waitReasonPanicWait, traceBlockForever, 1)
	}
}
