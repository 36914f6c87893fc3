package e2e

import (
	"testing"

	"github.com/stretchr/testify/assert"
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
