// What every instrumented package has once. The layout of otelDesc is that of
// the file added to package runtime and of the SDK's package link. No
// predeclared name is spelled here, nor in what is written into the package's
// own files: all of them may mean something else in this package.

// otelHooks is what a slot points to. Its content is the business of those who
// make it and of package runtime; begin is used where that is not patched.
type otelHooks struct {
	_     [4]otelUnsafe.Pointer
	begin func(*otelDesc, interface{}, *otelHooks) *otelCall
}

// otelDesc describes a target: two strings, two ints, whether its
// frame has pointers, and what was reported.
type otelDesc struct {
	fn, pkg, np, nr, pointers interface{}
	_                         [2]otelUnsafe.Pointer
}

// Nil pointers.
func otelNoHooks() (h *otelHooks) { return }
func otelNoCall() (c *otelCall)   { return }

func otelSkip(c *otelCall) (skip *otelCall) {
	if c != otelNoCall() {
		skip = c.skip
	}
	return
}

// otelNever is never set; what is stored in otelSink under it escapes.
var (
	otelNever = 0 != 0
	otelSink  interface{}
)

type otelPointer = otelUnsafe.Pointer

// otelEnd is what targets defer. The frame's address keeps it alive.
func otelEnd(c *otelCall, f otelPointer) {
	if c != otelNoCall() {
		otelAfter(c, f)
	}
}
