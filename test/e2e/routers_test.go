package e2e

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Each router names the one server span by its route; what a handler calls joins
// it; and a path that is left out makes no traces of its own.
func TestRouters(t *testing.T) {
	routes := []struct{ name, route string }{
		{"chi", "/users/{id}"}, {"mux", "/users/{id:[0-9]+}"}, {"echo", "/users/:id"}, {"echov5", "/users/:id"},
		{"fiber", "/users/:id"}, {"fiberv3", "/users/:id"}, {"fasthttp", ""},
	}
	bin := build(t, true, "routers", ".")
	p := start(t, append(exporting("routers"), "OTEL_GO_HTTP_EXCLUDED_PATHS=/healthz"), bin)
	require.Equal(t, 0, p.wait().ExitStatus(), "%s%s", p.stdout, p.stderr)
	assert.Empty(t, p.stderr.String())

	traces := theOne.waitSpans(t, "routers", len(routes)*(4+2+1))
	seen := map[string]bool{}
	for _, spans := range traces {
		shape := strings.ReplaceAll(tree(spans), "routers/", "")
		if len(spans) == 1 {
			assert.Equal(t, "client/GET", shape, "the caller of a path that is left out")
			assert.Contains(t, spans[0].Attrs["url.full"], "/healthz")
			continue
		}
		var server span
		for _, s := range spans {
			if s.Kind == "server" && s.Attrs["url.path"] != "/leaf" {
				server = s
			}
		}
		name, path := server.Attrs["user_agent.original"], server.Attrs["url.path"]
		seen[name+path] = true
		route := ""
		for _, r := range routes {
			if r.name == name && path == "/users/7" {
				route = r.route
			}
		}
		want := strings.TrimSpace("GET " + route)
		status := "200"
		if path == "/users/7" {
			assert.Equal(t, fmt.Sprintf("client/GET(server/%s(client/GET(server/GET)))", want), shape, name)
		} else {
			assert.Equal(t, "client/GET(server/GET)", shape, name)
			status = "404"
		}
		if name == "echov5" && path == "/users/7" {
			status = "500"
			assert.Contains(t, server.Attrs["echo.error"], "broken")
			assert.True(t, server.Failed)
		}
		for k, v := range map[string]string{"http.route": route, "http.request.method": "GET", "url.scheme": "http",
			"server.address": "127.0.0.1", "http.response.status_code": status, "network.peer.address": "127.0.0.1"} {
			assert.Equal(t, v, server.Attrs[k], "%s %s %s", name, path, k)
		}
		assert.NotEmpty(t, server.Attrs["server.port"], name)
	}
	for _, r := range routes {
		assert.True(t, seen[r.name+"/users/7"] && seen[r.name+"/missing"], r.name)
	}
	m := theOne.waitMetrics(t, "routers", "http.server.request.duration", "http.client.request.duration")
	var measured []string
	for _, a := range m["http.server.request.duration"] {
		measured = append(measured, a["http.route"])
	}
	for _, r := range routes {
		assert.Contains(t, measured, r.route)
	}
}
