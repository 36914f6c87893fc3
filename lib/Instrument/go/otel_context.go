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
	"internal/abi"
	"internal/runtime/atomic"
	"unsafe"
)

// otelG is the last field of g.
type otelG struct {
	ctx any // trace context, inherited by go statements
	// top is the innermost call in progress that has hooks; below it are the
	// outer ones and a first record that is no call, above it records to reuse.
	top *otelCall
	gen uint32 // of the latest call
	// No hook runs while one of these is set. They are two, not bits of one, so
	// that none is read to be written: reads wait for the writes before them.
	inHook     bool // a hook runs on this goroutine
	suppressed bool // set through otelAPI, inherited by go statements
}

// otelDesc is what the tool knows of a target; static data of its package, where
// no name of a type is sure to mean what it means here.
type otelDesc struct {
	fn, pkg  any               // strings
	np, nr   any               // ints
	pointers any               // set where the frame has pointers to the values
	reported [2]unsafe.Pointer // set for a kind of misuse that was reported
}

func (d *otelDesc) name() string    { return d.fn.(string) }
func (d *otelDesc) path() string    { return d.pkg.(string) }
func (d *otelDesc) numParams() int  { return d.np.(int) }
func (d *otelDesc) numResults() int { return d.nr.(int) }

// otelHooks is what a slot points to: for each side one function or none. The
// typed ones also get an address that is good until they return: there is a
// pointer to the parameters, and behind it, for the after hook, one to each
// result.
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
	skip  *otelCall // first: the target reads it; nil, or this record
	after bool      // the after hook runs
	dirty bool      // skip, kv or results have been set
	gen   uint32    // index into otelHandles
	off   uintptr   // g.stack.hi - the frame's address
	typ   *_type    // of the pointer to the frame; as d static data, or never freed
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

// Begin keeps gen within bounds.
func (c *otelCall) handle() otelContext {
	return (*otelHandle)(unsafe.Pointer(uintptr(unsafe.Pointer(&otelHandles)) + uintptr(c.gen)))
}

func (c *otelCall) addr() uintptr { return getg().stack.hi - c.off }

// value returns the type and the address of a value, parameters first. The frame
// is a struct of the values; or, where the target has an after hook, of a pointer
// to the struct of the parameters, if there are any, and one to each result.
func (c *otelCall) value(i int) (t *_type, p unsafe.Pointer) {
	frame := otelElem(c.typ)
	base := unsafe.Pointer(c.addr())
	if c.d.pointers == nil {
		f := &otelFields(frame)[i]
		return f.Typ, add(base, f.Offset)
	}
	n := c.d.numParams()
	if i < n {
		f := &otelFields(otelElem(otelFields(frame)[0].Typ))[i]
		return f.Typ, add(*(*unsafe.Pointer)(base), f.Offset)
	}
	i -= n
	if n > 0 {
		i++
	}
	f := &otelFields(frame)[i]
	return otelElem(f.Typ), *(*unsafe.Pointer)(add(base, f.Offset))
}

func otelElem(pointer *_type) *_type { return (*ptrtype)(unsafe.Pointer(pointer)).Elem }

func otelFields(t *_type) []abi.StructField { return (*structtype)(unsafe.Pointer(t)).Fields }

// get does what the compiler does for any(v).
func (c *otelCall) get(i int) (v any) {
	t, p := c.value(i)
	e := efaceOf(&v)
	kind := t.Kind()
	if kind == abi.Interface {
		if len((*interfacetype)(unsafe.Pointer(t)).Methods) == 0 {
			return *(*any)(p)
		}
		if from := (*iface)(p); from.tab != nil {
			e._type, e.data = from.tab.Type, from.data
		}
		return v
	}
	e._type = t
	switch {
	case t.IsDirectIface():
		e.data = *(*unsafe.Pointer)(p)
	case kind == abi.String:
		e.data = convTstring(*(*string)(p))
	case kind == abi.Slice:
		e.data = convTslice(*(*[]byte)(p))
	case t.Size_ == 8 && !t.Pointers():
		e.data = convT64(*(*uint64)(p))
	default:
		e.data = mallocgc(t.Size_, t, true)
		typedmemmove(t, e.data, p)
	}
	return v
}

// set does what the compiler does for v.(T), and stores the zero value for nil.
func (c *otelCall) set(i int, v any) bool {
	t, p := c.value(i)
	e := efaceOf(&v)
	switch {
	case e._type == nil:
		typedmemclr(t, p)
	case t.Kind() == abi.Interface:
		it := (*interfacetype)(unsafe.Pointer(t))
		if len(it.Methods) == 0 {
			*(*any)(p) = v
			break
		}
		tab := getitab(it, e._type, true)
		if tab == nil {
			return false
		}
		to := iface{tab, e.data}
		typedmemmove(t, p, unsafe.Pointer(&to))
	case e._type != t:
		return false
	case t.IsDirectIface():
		*(*unsafe.Pointer)(p) = e.data
	default:
		typedmemmove(t, p, e.data)
	}
	return true
}

func (h *otelHandle) GetParam(i int) any {
	c := h.call()
	if c == nil {
		return nil
	}
	if uint(i) >= uint(c.d.numParams()) {
		otelMisuse(c.d, 2, i)
		return nil
	}
	return c.get(i)
}

func (h *otelHandle) SetParam(i int, v any) {
	c := h.call()
	if c == nil {
		return
	}
	if uint(i) >= uint(c.d.numParams()) {
		otelMisuse(c.d, 2, i)
		return
	}
	if !c.set(i, v) {
		otelMisuse(c.d, 1, v)
	}
}

func (h *otelHandle) GetReturnVal(i int) any {
	c := h.call()
	if c == nil {
		return nil
	}
	if uint(i) >= uint(c.d.numResults()) {
		otelMisuse(c.d, 2, i)
		return nil
	}
	return c.get(i + c.d.numParams())
}

func (h *otelHandle) SetReturnVal(i int, v any) {
	c := h.call()
	if c == nil {
		return
	}
	if uint(i) >= uint(c.d.numResults()) {
		otelMisuse(c.d, 2, i)
		return
	}
	if !c.set(i+c.d.numParams(), v) {
		otelMisuse(c.d, 1, v)
	}
	c.dirty = true
}

func (h *otelHandle) NumParams() int {
	if c := h.call(); c != nil {
		return c.d.numParams()
	}
	return 0
}

func (h *otelHandle) NumReturnVals() int {
	if c := h.call(); c != nil {
		return c.d.numResults()
	}
	return 0
}

func (h *otelHandle) GetFuncName() string {
	if c := h.call(); c != nil {
		return c.d.name()
	}
	return ""
}

func (h *otelHandle) GetPackageName() string {
	if c := h.call(); c != nil {
		return c.d.path()
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
	c.dirty = true
}

func (h *otelHandle) SetSkipCall(skip bool) {
	if c := h.call(); c != nil {
		c.skip = nil
		if skip {
			c.skip = c
		}
		c.dirty = true
	}
}

func (h *otelHandle) IsSkipCall() bool {
	c := h.call()
	return c != nil && c.skip != nil
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
// suppress them, nor on a thread's own stacks, whose g has no goid, nor for a
// frame that is not on the stack because it is too large.
func otelMay(gp *g, frame unsafe.Pointer) bool {
	return !gp.otel.inHook && !gp.otel.suppressed && gp.goid != 0 &&
		gp.stack.hi-uintptr(frame) <= gp.stack.hi-gp.stack.lo
}

// otelNext returns the record for a new call, or nil: otelGrow makes one.
func otelNext(gp *g) *otelCall {
	if t := gp.otel.top; t != nil {
		return t.inner
	}
	return nil
}

//go:noinline
func otelGrow(gp *g) {
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
}

func (c *otelCall) begin(gp *g, d *otelDesc, typ *_type, frame unsafe.Pointer, h *otelHooks) {
	gp.otel.gen++
	c.gen = gp.otel.gen % uint32(len(otelHandles))
	c.off = gp.stack.hi - uintptr(frame)
	c.typ = typ
	c.d = d
	c.h = h
	gp.otel.top = c
}

// end gives up c's record. It is two functions so that both are inlined: a call
// costs as much as all they do.
func (c *otelCall) end(gp *g) {
	if gp.otel.top != c || c.dirty {
		c.clear(gp)
	}
	if c.data != nil {
		c.data = nil
	}
}

func (c *otelCall) leave(gp *g) {
	c.after = false
	gp.otel.top = c.outer
	gp.otel.inHook = false
}

// clear empties c's record and those of calls within it that ended without us.
//
//go:noinline
func (c *otelCall) clear(gp *g) {
	for t := gp.otel.top; ; t = t.outer {
		t.skip = nil
		t.after = false
		t.dirty = false
		t.data = nil
		if len(t.kv) != 0 {
			clear(t.kv)
			t.kv = t.kv[:0]
		}
		if t == c {
			return
		}
	}
}

// What follows is linked to the instrumented packages, for which the frame is
// one parameter: here it is the two words of an interface, in registers. It is
// the hot path of all hooks, and all of these are written so that it stays short:
// what is rare is a call elsewhere, each function has one deferred call, and that
// is a literal, which needs no wrapper. It sees the panic of a hook; asking the
// goroutine first is cheaper than recover.

// otelBefore begins a call of a target that has an after hook; otelAfter must
// follow unless it returns nil.
//
//go:linkname otelBefore runtime.otelBefore
func otelBefore(d *otelDesc, typ *_type, frame unsafe.Pointer, h *otelHooks) (r *otelCall) {
	gp := getg()
	if !otelMay(gp, frame) {
		return nil
	}
	c := otelNext(gp)
	if c == nil {
		otelGrow(gp)
		return otelBefore(d, typ, frame, h)
	}
	c.begin(gp, d, typ, frame, h)
	r = c
	if h.before == nil && h.typedBefore == nil {
		return
	}
	gp.otel.inHook = true
	defer func() {
		gp := getg()
		if gp._panic != nil {
			if e := recover(); e != nil {
				otelHookPanicked(c.d, e)
			}
		}
		if c.dirty && c.skip == nil && c.d.pointers != nil {
			c.resetResults()
		}
		gp.otel.inHook = false
	}()
	if h.before != nil {
		h.before(c.handle())
	} else {
		h.typedBefore(c.handle(), frame)
	}
	return
}

// resetResults undoes what the before hook of a call that is not skipped did to
// the results: they are the target's own variables.
func (c *otelCall) resetResults() {
	for i := 0; i < c.d.numResults(); i++ {
		c.set(c.d.numParams()+i, nil)
	}
}

// otelAfter runs the after hook and ends the call. Where the target's deferred
// call is in a record of package runtime's, nothing but frame keeps the frame.
//
//go:linkname otelAfter runtime.otelAfter
func otelAfter(c *otelCall, frame unsafe.Pointer) {
	getg().otel.inHook = true
	c.after = true
	defer func() {
		gp := getg()
		if gp._panic != nil {
			if e := recover(); e != nil {
				otelHookPanicked(c.d, e)
			}
		}
		c.end(gp)
		c.leave(gp)
	}()
	if h := c.h; h.after != nil {
		h.after(c.handle())
	} else if h.typedAfter != nil {
		h.typedAfter(c.handle(), frame)
	}
	KeepAlive(frame)
}

// otelOnly runs the before hook of a target that has no after hook, and tells
// whether the call is skipped. The frame has the values themselves.
//
//go:linkname otelOnly runtime.otelOnly
func otelOnly(d *otelDesc, typ *_type, frame unsafe.Pointer, h *otelHooks) (skip *otelCall) {
	gp := getg()
	if h.before == nil && h.typedBefore == nil || !otelMay(gp, frame) {
		return nil
	}
	c := otelNext(gp)
	if c == nil {
		otelGrow(gp)
		return otelOnly(d, typ, frame, h)
	}
	c.begin(gp, d, typ, frame, h)
	gp.otel.inHook = true
	defer func() {
		gp := getg()
		if gp._panic != nil {
			if e := recover(); e != nil {
				otelHookPanicked(c.d, e)
			}
		}
		skip = c.skip
		c.end(gp)
		c.leave(gp)
	}()
	if h.before != nil {
		h.before(c.handle())
	} else {
		otelTypedOnly(c, frame)
	}
	return
}

// otelTypedOnly makes the pointer to the parameters that typed hooks expect.
//
//go:noinline
func otelTypedOnly(c *otelCall, params unsafe.Pointer) {
	c.h.typedBefore(c.handle(), noescape(unsafe.Pointer(&params)))
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
	print("otel: hook of ", d.path(), ".", d.name(), " panicked: ")
	printpanicval(e)
	println()
}

// otelMisuse reports once for each target and kind.
func otelMisuse(d *otelDesc, kind int, v any) {
	if d.reported[kind-1] != nil {
		return
	}
	d.reported[kind-1] = unsafe.Pointer(d)
	if r := otelReporter; r != nil {
		otelCallReporter(r, kind, d, v)
		return
	}
	what := " was given a value of the wrong type; it is ignored"
	if kind == otelReportIndex {
		what = " used an index that does not exist; it is ignored"
	}
	println("otel: hook of", d.path()+"."+d.name()+what)
}

func otelCallReporter(r func(int, string, string, any), kind int, d *otelDesc, v any) {
	defer func() { recover() }()
	r(kind, d.name(), d.path(), v)
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
	was = gp.otel.suppressed
	gp.otel.suppressed = on
	return was
}

func otelSetReporter(r func(kind int, fn, pkg string, v any)) { otelReporter = r }

// otelInherit is called by newproc1 where there is something to inherit.
func otelInherit(newg, callergp *g) {
	newg.otel.ctx = callergp.otel.ctx
	newg.otel.suppressed = callergp.otel.suppressed
}

// otelClear is called by gdestroy.
func otelClear(gp *g) { gp.otel = otelG{} }

// otelCallbackEnds is called when a function that C called has returned. The
// goroutine that stands for a thread of C serves the next thread as it is.
func otelCallbackEnds(gp *g) {
	if gp.m.isextra && gp.m.ncgo == 0 {
		gp.otel.ctx = nil
		gp.otel.inHook = false
		gp.otel.suppressed = false
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
