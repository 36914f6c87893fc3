package hook

// Context is a hook's view of one call of its target. Parameters and results
// are numbered from 0 in the order of the declaration; for a method the
// receiver is parameter 0, and a variadic parameter is one slice.
//
// The method set is part of the contract with the injected code, which calls
// hooks through an interface of its own with the same methods: it cannot grow
// without a new version of both.
type Context interface {
	// SetData keeps a value from a before hook for the after hook of the same
	// call and the same rule.
	SetData(data any)
	// GetData returns what SetData kept, or nil.
	GetData() any
	// GetKeyData returns what SetKeyData kept under key, or nil.
	GetKeyData(key string) any
	// SetKeyData is SetData for several values.
	SetKeyData(key string, val any)
	// HasKeyData tells whether SetKeyData was called with key.
	HasKeyData(key string) bool

	// GetParam returns a parameter, nil when there is none with this number.
	GetParam(idx int) any
	// SetParam replaces a parameter before the target's body runs. A value of
	// the wrong type, or a wrong number, changes nothing and is reported; nil
	// stores the zero value.
	SetParam(idx int, val any)
	// NumParams returns the number of parameters, the receiver included.
	NumParams() int

	// GetReturnVal returns a result; before the target has returned, the one
	// set by SetReturnVal or the zero value.
	GetReturnVal(idx int) any
	// SetReturnVal replaces a result, by the rules of SetParam. In a before
	// hook it is what a skipped call returns.
	SetReturnVal(idx int, val any)
	// NumReturnVals returns the number of results.
	NumReturnVals() int

	// GetFuncName returns the target's name as Go prints it: F, T.M, (*T).M.
	GetFuncName() string
	// GetPackageName returns the import path of the target's package.
	GetPackageName() string

	// SetSkipCall, in a before hook, makes the target return at once with the
	// values of SetReturnVal. After hooks still run.
	SetSkipCall(skip bool)
	// IsSkipCall tells whether the call was skipped.
	IsSkipCall() bool

	// Panicking tells an after hook that the target is unwinding because of a
	// panic. The panic goes on when the hook returns.
	Panicking() bool
	// PanicValue is the value of that panic, nil when there is none.
	PanicValue() any
}
