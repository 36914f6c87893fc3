package nested

import . "github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook"

type Call = Context

// Dot and Alias add to the first result; they have other names for its context.
func Dot(c Context) { c.SetReturnVal(0, c.GetReturnVal(0).(int)+1) }
func Alias(c Call)  { c.SetReturnVal(0, c.GetReturnVal(0).(int)+10) }
