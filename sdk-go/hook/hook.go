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
// goroutine, so that a hook may call anything, also the functions it hooks. No
// hook ever runs on goroutines that a hook starts.
//
// The Context belongs to one call of the target and must not be kept after the
// after hook has returned, nor be used by other goroutines.
package hook

import "github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/registry"

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
