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

import "unsafe"

// otelG is the last field of g.
type otelG struct {
	ctx      any       // trace context, inherited by go statements
	live     *otelCall // calls in progress that have hooks, innermost first
	free     *otelCall
	gen      uint32 // of the latest call
	depth    int32  // > 0 while a hook runs on this goroutine
	suppress bool   // hooks are off, inherited by go statements
}

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

type otelHooks struct {
	before, after func(otelContext)
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
	tab   *itab   // of the frame: static data or heap, never stack
	off   uintptr // g.stack.hi - the frame's address
	d     *otelDesc
	h     *otelHooks
	data  any
	kv    []otelKV
	next  *otelCall // in otelG.live or otelG.free
}

// otelHandle has no content: its address is a call's identity.
type otelHandle struct{ _ [0]byte }

// otelHandles is never written to, so that it takes address space alone.
var otelHandles [1 << 20]byte

func (h *otelHandle) call() *otelCall {
	gen := uint32(uintptr(unsafe.Pointer(h)) - uintptr(unsafe.Pointer(&otelHandles)))
	for c := getg().otel.live; c != nil; c = c.next {
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

// otelEnter returns nil where hooks must not run: in hooks, on goroutines that
// suppress them, on the scheduler's stack, and for a frame that is not on the
// stack, because it is too large.
func otelEnter(d *otelDesc, f otelFrame, h *otelHooks) *otelCall {
	gp := getg()
	if gp.otel.depth != 0 || gp.otel.suppress || gp != gp.m.curg {
		return nil
	}
	fi := (*iface)(unsafe.Pointer(&f))
	off := gp.stack.hi - uintptr(fi.data)
	if off > gp.stack.hi-gp.stack.lo {
		return nil
	}
	c := gp.otel.free
	if c == nil {
		c = otelNew(gp)
	} else {
		gp.otel.free = c.next
	}
	gp.otel.depth = 1
	gp.otel.gen++
	c.gen = gp.otel.gen % uint32(len(otelHandles))
	c.tab = fi.tab
	c.off = off
	c.d = d
	c.h = h
	c.next = gp.otel.live
	gp.otel.live = c
	return c
}

// otelNew starts a goroutine's generations at a place of its own, so that a
// context used on the wrong goroutine finds nothing there.
//
//go:noinline
func otelNew(gp *g) *otelCall {
	if gp.otel.gen == 0 {
		gp.otel.gen = uint32(gp.goid) * 0x9e3779b1
	}
	return new(otelCall)
}

// otelLeave ends c and, with it, calls within it that ended without us.
func otelLeave(c *otelCall) {
	gp := getg()
	for gp.otel.live != c {
		otelFree(gp, gp.otel.live)
	}
	otelFree(gp, c)
	gp.otel.depth = 0
}

func otelFree(gp *g, c *otelCall) {
	gp.otel.live = c.next
	c.next = gp.otel.free
	gp.otel.free = c
	c.skip = false
	c.after = false
	if c.data != nil {
		c.data = nil
	}
	if len(c.kv) != 0 {
		clear(c.kv)
		c.kv = c.kv[:0]
	}
}

// otelBefore begins a call of a target that has an after hook; otelAfter must
// follow. Linked to the instrumented packages.
//
//go:linkname otelBefore runtime.otelBefore
func otelBefore(d *otelDesc, f otelFrame, h *otelHooks) (c *otelCall) {
	before := h.before
	c = otelEnter(d, f, h)
	if c == nil {
		return
	}
	if before == nil {
		getg().otel.depth = 0
		return
	}
	defer otelEndBefore(c)
	before(c.handle())
	return
}

func otelEndBefore(c *otelCall) {
	if e := recover(); e != nil {
		otelHookPanicked(c.d, e)
	}
	getg().otel.depth = 0
}

// otelAfter runs the after hook and ends the call.
//
//go:linkname otelAfter runtime.otelAfter
func otelAfter(c *otelCall) {
	getg().otel.depth = 1
	c.after = true
	defer otelEndAfter(c)
	if h := c.h.after; h != nil {
		h(c.handle())
	}
}

func otelEndAfter(c *otelCall) {
	if e := recover(); e != nil {
		otelHookPanicked(c.d, e)
	}
	otelLeave(c)
}

// otelOnly runs the before hook of a target that has no after hook, and tells
// whether the call is skipped.
//
//go:linkname otelOnly runtime.otelOnly
func otelOnly(d *otelDesc, f otelFrame, h *otelHooks) (skip bool) {
	if h.before == nil {
		return false
	}
	c := otelEnter(d, f, h)
	if c == nil {
		return false
	}
	defer otelEndOnly(c, &skip)
	h.before(c.handle())
	return
}

func otelEndOnly(c *otelCall, skip *bool) {
	if e := recover(); e != nil {
		otelHookPanicked(c.d, e)
	}
	*skip = c.skip
	otelLeave(c)
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
}

// otelAPI has content, so that the linker prefers it to the SDK's declaration,
// which stays nil where package runtime is not patched.
//
//go:linkname otelAPI runtime.otelAPI
var otelAPI = &otelAPIStruct{
	version:     1,
	ctxGet:      otelCtxGet,
	ctxSet:      otelCtxSet,
	suppress:    otelSuppress,
	setReporter: otelSetReporter,
}

func otelCtxGet() any { return getg().otel.ctx }

func otelCtxSet(v any) { getg().otel.ctx = v }

func otelSuppress(on bool) (was bool) {
	gp := getg()
	was = gp.otel.suppress
	gp.otel.suppress = on
	return was
}

func otelSetReporter(r func(kind int, fn, pkg string, v any)) { otelReporter = r }

// otelInherit is called by newproc1 where there is something to inherit.
func otelInherit(newg, callergp *g) {
	newg.otel.ctx = callergp.otel.ctx
	newg.otel.suppress = callergp.otel.suppress
}

// otelClear is called by gdestroy.
func otelClear(gp *g) { gp.otel = otelG{} }
