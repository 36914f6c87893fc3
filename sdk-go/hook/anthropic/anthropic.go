// Package anthropic instruments anthropic-sdk-go: a span and measurements for
// each call of a model, with its retries and to the end of its stream. The HTTP
// requests that the call makes are below it.
//
// Versions from 1.81 make spans themselves; those stay the only ones, and the
// measurements, which the client has not, are added.
//
// Switching "anthropic" off at run time takes effect at the next call.
package anthropic

import (
	"strings"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/genai"
)

var client = genai.New(genai.Provider{
	Scope: "github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook/anthropic",
	Name: func(host string) string {
		switch {
		case strings.HasPrefix(host, "bedrock"):
			return "aws.bedrock"
		case strings.HasSuffix(host, "aiplatform.googleapis.com"):
			return "gcp.vertex_ai"
		}
		return "anthropic"
	},
	Endpoints: map[string]genai.Endpoint{
		"v1/messages": {Operation: "chat"},
		"v1/complete": {Operation: "text_completion"},
	},
	CacheBeside: true,
})

// BeforeExecute begins a call.
func BeforeExecute(c hook.Context) { client.Before(c) }

// AfterExecute ends it, or lets the end of its stream do so.
func AfterExecute(c hook.Context) { client.After(c) }
