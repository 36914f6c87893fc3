// Package runtime is not patched: the context is an object on the heap, which
// the SDK makes. It begins as otelCall does.
type otelCall struct {
	skip *otelCall
	end  func(*otelCall)
}

func otelBefore(d *otelDesc, f interface{}, h *otelHooks) *otelCall { return h.begin(d, f, h) }

func otelOnly(d *otelDesc, f interface{}, h *otelHooks) *otelCall {
	c := h.begin(d, f, h)
	c.end(c)
	return c.skip
}

func otelAfter(c *otelCall, f otelPointer) { c.end(c) }
