// Where package runtime is not patched the context is an object on the heap, as
// is the frame. Hooks work; they run also for calls that hooks make, and cannot
// tell a panic from a return.

type otelKV struct {
	k string
	v interface{}
}

type otelCall struct {
	skip bool
	over bool
	set  bool // results were
	d    *otelDesc
	f    otelFrame
	h    *otelHooks
	data interface{}
	kv   []otelKV
}

func (c *otelCall) SetData(v interface{})   { c.data = v }
func (c *otelCall) GetData() interface{}    { return c.data }
func (c *otelCall) NumParams() int          { return c.d.np }
func (c *otelCall) NumReturnVals() int      { return c.d.nr }
func (c *otelCall) GetFuncName() string     { return c.d.fn }
func (c *otelCall) GetPackageName() string  { return c.d.pkg }
func (c *otelCall) SetSkipCall(skip bool)   { c.skip = skip }
func (c *otelCall) IsSkipCall() bool        { return c.skip }
func (c *otelCall) Panicking() bool         { return false }
func (c *otelCall) PanicValue() interface{} { return nil }

func (c *otelCall) get(i, first, n int) interface{} {
	if c.over || uint(i) >= uint(n) {
		return nil
	}
	return c.f.OtelGet(i + first)
}

func (c *otelCall) put(i, first, n int, v interface{}) {
	if c.over {
		return
	}
	if (uint(i) >= uint(n) || !c.f.OtelSet(i+first, v)) && c.d.reported == 0 {
		c.d.reported = 1
		println("otel: hook of", c.d.pkg+"."+c.d.fn, "gave a value of the wrong type or index; it is ignored")
	}
}

func (c *otelCall) GetParam(i int) interface{}        { return c.get(i, 0, c.d.np) }
func (c *otelCall) SetParam(i int, v interface{})     { c.put(i, 0, c.d.np, v) }
func (c *otelCall) GetReturnVal(i int) interface{}    { return c.get(i, c.d.np, c.d.nr) }
func (c *otelCall) SetReturnVal(i int, v interface{}) {
	c.put(i, c.d.np, c.d.nr, v)
	c.set = true
}

func (c *otelCall) find(k string) *otelKV {
	for i := range c.kv {
		if c.kv[i].k == k {
			return &c.kv[i]
		}
	}
	return nil
}

func (c *otelCall) HasKeyData(k string) bool { return c.find(k) != nil }

func (c *otelCall) GetKeyData(k string) interface{} {
	if p := c.find(k); p != nil {
		return p.v
	}
	return nil
}

func (c *otelCall) SetKeyData(k string, v interface{}) {
	if p := c.find(k); p != nil {
		p.v = v
		return
	}
	c.kv = append(c.kv, otelKV{k, v})
}

// The frame's address is the interface's second word.
func (c *otelCall) frame() otelUnsafe.Pointer {
	return (*[2]otelUnsafe.Pointer)(otelUnsafe.Pointer(&c.f))[1]
}

func otelBefore(d *otelDesc, f otelFrame, h *otelHooks) *otelCall {
	c := &otelCall{d: d, f: f, h: h}
	c.run(h.before, h.typedBefore, c.frame())
	if c.set && !c.skip {
		// The results are the target's own variables.
		for i := 0; i < d.nr; i++ {
			f.OtelSet(d.np+i, nil)
		}
	}
	return c
}

func otelOnly(d *otelDesc, f otelFrame, h *otelHooks) bool {
	c := &otelCall{d: d, f: f, h: h}
	// The frame has the values themselves.
	frame := c.frame()
	c.run(h.before, h.typedBefore, otelUnsafe.Pointer(&frame))
	c.over = true
	return c.skip
}

func otelAfter(c *otelCall, f otelUnsafe.Pointer) {
	c.run(c.h.after, c.h.typedAfter, f)
	c.over = true
}

func (c *otelCall) run(hook func(otelContext), typed func(otelContext, otelUnsafe.Pointer), frame otelUnsafe.Pointer) {
	if hook == nil && typed == nil {
		return
	}
	defer func() {
		if e := recover(); e != nil {
			println("otel: a hook of", c.d.pkg+"."+c.d.fn, "panicked")
		}
	}()
	if hook != nil {
		hook(c)
	} else {
		typed(c, frame)
	}
}
