package e2e

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// client-go's requests say what they are about. The fake API server is in the
// program, whose own server spans are below those of the client.
func TestLibraryKubernetes(t *testing.T) {
	var clients []span
	all := below(t, library(t, "kube", false, 2+6))
	kinds := map[string]string{}
	for _, s := range all {
		kinds[s.ID] = s.Kind
		if s.Kind == "client" {
			clients = append(clients, s)
		}
	}
	assert.Len(t, clients, 3)
	const path = "/api/v1/namespaces/{namespace}/pods"
	for i, want := range []struct{ template, code, pod string }{
		{path, "200", ""}, {path + "/{name}", "404", "secret"}, {path, "200", ""},
	} {
		s := clients[i]
		assert.Equal(t, "GET "+want.template, s.Name)
		assert.Equal(t, want.template, s.Attrs["url.template"])
		assert.Equal(t, want.code, s.Attrs["http.response.status_code"])
		assert.Equal(t, "shop", s.Attrs["k8s.namespace.name"])
		assert.Equal(t, want.pod, s.Attrs["k8s.pod.name"])
		assert.Equal(t, want.code == "404", s.Failed)
	}
	for _, s := range all {
		if s.Kind == "server" {
			assert.Equal(t, "client", kinds[s.Parent])
		}
	}
	points := theOne.waitMetrics(t, libraryService("kube", false), "http.client.request.duration")
	var templates []string
	for _, p := range points["http.client.request.duration"] {
		templates = append(templates, p["url.template"])
	}
	assert.Contains(t, templates, path)
}

// Calls of models by the GenAI conventions, each with its HTTP request below, and
// nothing of what was said. anthropic-sdk-go makes the spans itself when it is
// new; with ANTHROPIC_OPEN_TELEMETRY=false they are ours, as for older ones.
func TestLibraryModels(t *testing.T) {
	type want struct{ name, operation, request, response, reasons, input, output, failure string }
	calls := func(t *testing.T, provider string, list []want, env ...string) []span {
		t.Helper()
		for _, kv := range env {
			name, v, _ := strings.Cut(kv, "=")
			t.Setenv(name, v)
		}
		all := below(t, library(t, "models", false, 2+3*len(list), provider))
		assert.NotContains(t, describe(all), "secret")
		var got []span
		ids := map[string]int{}
		for _, s := range all {
			if s.Attrs["gen_ai.operation.name"] != "" {
				ids[s.ID] = 0
				got = append(got, s)
			}
		}
		for _, s := range all {
			if _, ok := ids[s.Parent]; ok {
				ids[s.Parent]++
				assert.Equal(t, "POST", s.Name)
			}
		}
		require.Len(t, got, len(list), describe(all))
		for i, w := range list {
			s := got[i]
			a := s.Attrs
			assert.Equal(t, 1, ids[s.ID], "one HTTP request")
			assert.Equal(t, w, want{s.Name, a["gen_ai.operation.name"], a["gen_ai.request.model"], a["gen_ai.response.model"],
				texts(a["gen_ai.response.finish_reasons"]), a["gen_ai.usage.input_tokens"], a["gen_ai.usage.output_tokens"], a["error.type"]})
			assert.Equal(t, "client", s.Kind)
			assert.Equal(t, provider, a["gen_ai.provider.name"])
			assert.Equal(t, "127.0.0.1", a["server.address"])
			assert.Equal(t, w.failure != "", s.Failed)
		}
		return got
	}
	measured := func(t *testing.T, provider string) {
		t.Helper()
		got := theOne.waitMetrics(t, libraryService("models", false, provider), "gen_ai.client.operation.duration", "gen_ai.client.token.usage",
			"gen_ai.client.operation.time_to_first_chunk", "gen_ai.client.operation.time_per_output_chunk")
		var failed []string
		for _, p := range got["gen_ai.client.operation.duration"] {
			if e := p["error.type"]; e != "" {
				failed = append(failed, e)
			}
		}
		assert.Equal(t, []string{"not_found_error"}, failed)
	}
	t.Run("openai", func(t *testing.T) {
		got := calls(t, "openai", []want{
			{"chat small", "chat", "small", "small-1", "stop", "3", "5", ""},
			{"chat small", "chat", "small", "small-1", "length", "3", "6", ""},
			{"chat small", "chat", "small", "small-1", "completed", "2", "4", ""},
			{"embeddings tiny", "embeddings", "tiny", "tiny-1", "", "7", "", ""},
			{"chat absent", "chat", "absent", "", "", "", "", "not_found_error"},
		})
		assert.Equal(t, "chat_completions", got[0].Attrs["openai.api.type"])
		assert.Equal(t, "9", got[0].Attrs["gen_ai.request.max_tokens"])
		assert.Equal(t, "0.5", got[0].Attrs["gen_ai.request.temperature"])
		assert.Equal(t, "true", got[1].Attrs["gen_ai.request.stream"])
		assert.NotEmpty(t, got[1].Attrs["gen_ai.response.time_to_first_chunk"])
		assert.Equal(t, "responses", got[2].Attrs["openai.api.type"])
		assert.Equal(t, "3", got[2].Attrs["gen_ai.usage.reasoning.output_tokens"])
		measured(t, "openai")
	})
	t.Run("anthropic", func(t *testing.T) {
		calls(t, "anthropic", []want{
			{"chat claude-x", "chat", "claude-x", "claude-x-1", "end_turn", "7", "5", ""},
			{"chat claude-x", "chat", "claude-x", "claude-x-1", "max_tokens", "3", "6", ""},
			{"chat absent", "chat", "absent", "", "", "", "", "not_found_error"},
		}, "ANTHROPIC_OPEN_TELEMETRY=false")
		measured(t, "anthropic")
	})
	t.Run("anthropic itself", func(t *testing.T) {
		all := below(t, library(t, "models", false, 2+9, "itself"))
		assert.NotContains(t, describe(all), "secret")
		n := 0
		for _, s := range all {
			if s.Attrs["gen_ai.operation.name"] != "" {
				n++
				assert.NotContains(t, s.Scope, "compile-instrumentation")
			}
		}
		assert.Equal(t, 3, n, describe(all))
	})
}

// texts shows a list of texts of OTLP.
func texts(s string) string {
	s = strings.TrimPrefix(s, "map[values:[map[stringValue:")
	return strings.TrimSuffix(s, "]]]")
}
