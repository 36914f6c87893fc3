// Package hook stands for the SDK: the interface and the slots' type.
package hook

import "unsafe"

type Context interface {
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

type Hooks struct {
	Before, After           func(Context)
	TypedBefore, TypedAfter func(Context, unsafe.Pointer)
}

type API struct {
	Version     int
	CtxGet      func() any
	CtxSet      func(any)
	Suppress    func(on bool) (was bool)
	SetReporter func(func(kind int, fn, pkg string, v any))
}

//go:linkname Runtime runtime.otelAPI
var Runtime *API
