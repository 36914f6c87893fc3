// What every instrumented package has once. The layouts of otelDesc and
// otelHooks and the method sets of otelContext and otelFrame are those of the
// file added to package runtime. Code written into user files uses these names
// instead of predeclared ones, which the user's code may shadow.

type (
	otelInt  = int
	otelBool = bool
	otelAny  = interface{}
	otelWord = uintptr

	otelPointer = otelUnsafe.Pointer
)

const otelTrue = true

type otelContext = interface {
	SetData(interface{})
	GetData() interface{}
	GetKeyData(string) interface{}
	SetKeyData(string, interface{})
	HasKeyData(string) bool
	GetParam(int) interface{}
	SetParam(int, interface{})
	NumParams() int
	GetReturnVal(int) interface{}
	SetReturnVal(int, interface{})
	NumReturnVals() int
	GetFuncName() string
	GetPackageName() string
	SetSkipCall(bool)
	IsSkipCall() bool
	Panicking() bool
	PanicValue() interface{}
}

type otelHooks struct {
	before, after           func(otelContext)
	typedBefore, typedAfter func(otelContext, otelUnsafe.Pointer)
}

type otelDesc struct {
	fn, pkg  string
	np, nr   int
	reported uint8
}

type otelFrame = interface {
	OtelGet(int) interface{}
	OtelSet(int, interface{}) bool
}

func otelOn(h *otelHooks) bool     { return h != nil }
func otelSkip(c *otelCall) bool    { return c != nil && c.skip }
func otelIsNil(v interface{}) bool { return v == nil }
func otelNone() (v interface{})    { return }

// otelNever is never set; what is stored in otelSink under it escapes.
var (
	otelNever bool
	otelSink  interface{}
)

// otelEnd is what targets defer. The frame's address keeps it alive.
func otelEnd(c *otelCall, f otelPointer) {
	if c != nil {
		otelAfter(c, f)
	}
}
