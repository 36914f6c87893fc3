// Package hooks has hooks that do nothing.
package hooks

import "github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook"

func Before(hook.Context) {}

func After(hook.Context) {}
