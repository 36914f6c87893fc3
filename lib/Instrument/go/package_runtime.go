// The context lives in package runtime. It begins as otelCall does; skip is
// the call itself where it is skipped.
type otelCall struct {
	skip *otelCall
}

//go:linkname otelBefore runtime.otelBefore
//go:noescape
func otelBefore(d *otelDesc, f interface{}, h *otelHooks) *otelCall

//go:linkname otelOnly runtime.otelOnly
//go:noescape
func otelOnly(d *otelDesc, f interface{}, h *otelHooks) *otelCall

//go:linkname otelAfter runtime.otelAfter
//go:noescape
func otelAfter(c *otelCall, f otelPointer)
