// The context lives in package runtime. It begins as otelCall does.
type otelCall struct {
	skip bool
}

//go:linkname otelBefore runtime.otelBefore
//go:noescape
func otelBefore(d *otelDesc, f otelFrame, h *otelHooks) *otelCall

//go:linkname otelOnly runtime.otelOnly
//go:noescape
func otelOnly(d *otelDesc, f otelFrame, h *otelHooks) bool

//go:linkname otelAfter runtime.otelAfter
//go:noescape
func otelAfter(c *otelCall, f otelPointer)
