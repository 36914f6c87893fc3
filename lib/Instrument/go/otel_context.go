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
	// The records: first is no call, then come those in progress, of which top
	// is the innermost, and those to reuse. first keeps them, so that top needs
	// no write barrier.
	first *otelCall
	top   otelCallptr
	// No hook runs while one of these is set. They are two, not bits of one, so
	// that none is read to be written: reads wait for the writes before them.
	inHook     uint8 // a hook of the innermost call runs on this goroutine
	suppressed bool  // set through otelAPI; inherited by go statements, as inHook is
}

// Values of inHook.
const (
	otelNoHook = iota
	otelInBefore
	otelInAfter
)

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
	dirty bool      // skip, kv or results have been set
	gen   uint32    // of the latest call that had this record: index into otelHandles
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

type otelCallptr uintptr

//go:nosplit
func (p otelCallptr) ptr() *otelCall { return (*otelCall)(unsafe.Pointer(p)) }

// otelTop returns the innermost call; nil before the first.
//
//go:nosplit
func otelTop() *otelCall { return getg().otel.top.ptr() }

//go:nosplit
func otelSetTop(c *otelCall) { getg().otel.top = otelCallptr(unsafe.Pointer(c)) }

// otelHandle has no content: its address is a call's identity.
type otelHandle struct{ _ [0]byte }

// otelHandles is never written to, so that it takes address space alone.
var otelHandles [1 << 20]byte

func (h *otelHandle) call() *otelCall {
	gen := uint32(uintptr(unsafe.Pointer(h)) - uintptr(unsafe.Pointer(&otelHandles)))
	for c := otelTop(); c != nil && c.outer != nil; c = c.outer {
		if c.gen == gen {
			return c
		}
	}
	return nil
}

// begin keeps gen within bounds.
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
	if gp := getg(); gp.otel.inHook != otelInAfter || otelTop() != c {
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

// What follows is linked to the instrumented packages, for which the frame is
// one parameter: here it is the two words of an interface, in registers. It is
// the hot path of all hooks, whose cost is the number of stores: processors take
// about one a cycle, and do the rest meanwhile. So what getg returns is not kept
// in variables, which would be spilled; what is rare is a call elsewhere, with
// nothing to be kept across it; each function has one deferred call, of a
// function that captures nothing. While a hook runs, the innermost call is its
// own. That function sees the panic of a hook; asking the goroutine first is
// cheaper than recover.

// otelMay tells whether hooks may run: not in hooks, nor on goroutines that
// suppress them, nor on a thread's own stacks, whose g has no goid, nor for a
// frame that is not on the stack because it is too large.
func otelMay(frame unsafe.Pointer) bool {
	return getg().otel.inHook == otelNoHook && !getg().otel.suppressed && getg().goid != 0 &&
		getg().stack.hi-uintptr(frame) <= getg().stack.hi-getg().stack.lo
}

// otelNext returns the record for a new call, or nil: otelGrow makes one.
func otelNext() *otelCall {
	if t := otelTop(); t != nil {
		return t.inner
	}
	return nil
}

// otelGrow makes a record. Each counts generations of its own, and begins at
// another place, so that a context of another call, or another goroutine, finds
// nothing.
//
//go:noinline
func otelGrow() {
	t := otelTop()
	if t == nil {
		t = new(otelCall)
		t.gen = uint32(getg().goid) * 0x9e3779b1
		getg().otel.first = t
		otelSetTop(t)
	}
	c := new(otelCall)
	c.gen = t.gen + 0x51ed270b
	c.outer = t
	t.inner = c
}

func (c *otelCall) begin(d *otelDesc, typ *_type, frame unsafe.Pointer, h *otelHooks) {
	c.gen = (c.gen + 1) % uint32(len(otelHandles))
	c.off = getg().stack.hi - uintptr(frame)
	c.typ = typ
	c.d = d
	c.h = h
	otelSetTop(c)
}

//go:noinline
func (c *otelCall) clear() {
	c.skip = nil
	c.dirty = false
	c.data = nil
	if len(c.kv) != 0 {
		clear(c.kv)
		c.kv = c.kv[:0]
	}
}

// otelDrop gives up the records of calls within c that ended without us.
//
//go:noinline
func otelDrop(c *otelCall) {
	for t := otelTop(); t != c; t = t.outer {
		t.clear()
	}
	otelSetTop(c)
}

// otelBefore begins a call of a target that has an after hook; otelAfter must
// follow unless it returns nil.
//
//go:linkname otelBefore runtime.otelBefore
func otelBefore(d *otelDesc, typ *_type, frame unsafe.Pointer, h *otelHooks) (r *otelCall) {
	if !otelMay(frame) {
		return nil
	}
	c := otelNext()
	if c == nil {
		otelGrow()
		return otelBefore(d, typ, frame, h)
	}
	c.begin(d, typ, frame, h)
	r = c
	if h.before == nil && h.typedBefore == nil {
		return
	}
	getg().otel.inHook = otelInBefore
	defer otelBeforeEnds()
	if h.before != nil {
		h.before(c.handle())
	} else {
		h.typedBefore(c.handle(), frame)
	}
	return
}

// otelBeforeEnds is deferred around the before hook.
func otelBeforeEnds() {
	if getg()._panic != nil {
		if e := recover(); e != nil {
			otelHookPanicked(otelTop().d, e)
		}
	}
	if c := otelTop(); c.dirty && c.skip == nil && c.d.pointers != nil {
		c.resetResults()
	}
	getg().otel.inHook = otelNoHook
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
	if otelTop() != c {
		otelDrop(c)
	}
	getg().otel.inHook = otelInAfter
	defer otelAfterEnds()
	if h := c.h; h.after != nil {
		h.after(c.handle())
	} else if h.typedAfter != nil {
		h.typedAfter(c.handle(), frame)
	}
	KeepAlive(frame)
}

// otelAfterEnds is deferred around the after hook.
func otelAfterEnds() {
	if getg()._panic != nil {
		if e := recover(); e != nil {
			otelHookPanicked(otelTop().d, e)
		}
	}
	if c := otelTop(); c.dirty {
		c.clear()
	}
	c := otelTop()
	if c.data != nil {
		c.data = nil
	}
	otelSetTop(c.outer)
	getg().otel.inHook = otelNoHook
}

// otelOnly runs the before hook of a target that has no after hook, and tells
// whether the call is skipped. The frame has the values themselves.
//
//go:linkname otelOnly runtime.otelOnly
func otelOnly(d *otelDesc, typ *_type, frame unsafe.Pointer, h *otelHooks) (skip *otelCall) {
	if h.before == nil && h.typedBefore == nil || !otelMay(frame) {
		return nil
	}
	c := otelNext()
	if c == nil {
		otelGrow()
		return otelOnly(d, typ, frame, h)
	}
	c.begin(d, typ, frame, h)
	getg().otel.inHook = otelInBefore
	defer func() {
		if getg()._panic != nil {
			if e := recover(); e != nil {
				otelHookPanicked(otelTop().d, e)
			}
		}
		c := otelTop()
		skip = c.skip
		c.clear()
		otelSetTop(c.outer)
		getg().otel.inHook = otelNoHook
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

// otelInherit is called by newproc1 where there is something to inherit. What a
// hook starts is as the hook: a hook that calls a target through another
// goroutine would otherwise never end.
func otelInherit(newg, callergp *g) {
	newg.otel.ctx = callergp.otel.ctx
	newg.otel.suppressed = callergp.otel.suppressed || callergp.otel.inHook != otelNoHook
}

// otelClear is called by gdestroy.
func otelClear(gp *g) { gp.otel = otelG{} }

// otelCallbackEnds is called when a function that C called has returned. The
// goroutine that stands for a thread of C serves the next thread as it is.
func otelCallbackEnds(gp *g) {
	if gp.m.isextra && gp.m.ncgo == 0 {
		gp.otel.ctx = nil
		gp.otel.inHook = otelNoHook
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
