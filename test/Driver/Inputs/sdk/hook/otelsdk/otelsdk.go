// Package otelsdk stands in for the hooks that serve the SDK itself.
package otelsdk

import "github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook"

func BeforeMain(ctx hook.Context) { println("main begins") }
