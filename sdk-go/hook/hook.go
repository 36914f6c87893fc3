// Package hook is what hooks are written against.
//
// A hook is a func(hook.Context). The build inserts a call in front of the
// body of a target function (before) and one that runs when it returns
// (after); a rule says which hook belongs to which function:
//
//	[rule.redis_new_client]
//	import_path = "github.com/redis/go-redis/v9"
//	where = { func = "NewClient" }
//	do = [ { inject_hooks = { after = "AfterNewClient", path = "example.com/hooks/redis" } } ]
//
// A hook can take its target's values as well: func(hook.Context, T...). A before
// hook then takes all parameters, the receiver first; an after hook all results,
// or all parameters and then all results. Each has its own type; a *T where the
// hook may change it (parameters before, results after), a copy that is stored when the hook
// returns; or is an any, where its type cannot be named outside its package or
// depends on type parameters. The build compares both signatures. For functions
// with type parameters the values come through the Context.
//
// A hook that panics is stopped and reported once; the target goes on as if
// the hook had returned. While a hook runs, no other hook runs on the same
// goroutine, so that a hook may call anything, also the functions it hooks.
//
// The Context belongs to one call of the target and must not be kept after the
// after hook has returned, nor be used by other goroutines.
package hook

import "github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/registry"

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

// SetEnabled switches all hooks of a rule ("redis_new_client") or of a library
// ("redis", the name of the rule file) on or off while the program runs, and
// reports whether an installed hook goes by that name. What is said of a rule
// overrides what is said of its library, and both override the environment:
//
//	OTEL_GO_ENABLED_INSTRUMENTATIONS=nethttp,redis    only these
//	OTEL_GO_DISABLED_INSTRUMENTATIONS=redis           all but these
//
// A target whose hooks are all off costs one load and one comparison a call.
// What an earlier hook has installed stays: switching "redis" off does not
// take the hook from clients that exist, see each hook package's own words.
func SetEnabled(ruleOrLibrary string, on bool) bool {
	return registry.SetEnabled(ruleOrLibrary, on)
}

// Enabled tells whether hooks of that rule or library run now.
func Enabled(ruleOrLibrary string) bool { return registry.Enabled(ruleOrLibrary) }

// Names returns the sorted names of the libraries that have installed hooks.
func Names() []string { return registry.Libraries() }
