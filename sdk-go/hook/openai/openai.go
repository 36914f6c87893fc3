// Package openai instruments openai-go, of each major version: a span and
// measurements for each call of a model, with its retries and to the end of its
// stream. The HTTP requests that the call makes are below it.
//
// Switching "openai" off at run time takes effect at the next call.
package openai

import (
	"strings"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/genai"
)

var client = genai.New(genai.Provider{
	Scope: "github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook/openai",
	Name: func(host string) string {
		if strings.HasSuffix(host, ".openai.azure.com") || strings.HasSuffix(host, ".cognitiveservices.azure.com") {
			return "azure.ai.openai"
		}
		return "openai"
	},
	Endpoints: map[string]genai.Endpoint{
		"chat/completions": {Operation: "chat", APIType: "chat_completions"},
		"responses":        {Operation: "chat", APIType: "responses"},
		"completions":      {Operation: "text_completion"},
		"embeddings":       {Operation: "embeddings"},
	},
})

// BeforeExecute begins a call.
func BeforeExecute(c hook.Context) { client.Before(c) }

// AfterExecute ends it, or lets the end of its stream do so.
func AfterExecute(c hook.Context) { client.After(c) }
