// Package kubernetes tells the spans of client-go's requests what they are about.
// The requests are HTTP, so their spans, metrics and propagation are those of
// package nethttp; this adds the name of the endpoint instead of the bare method,
// and the object.
//
// A watch is open for hours: its span ends when the server has accepted it.
//
// Switching "kubernetes" off leaves the plain spans of net/http.
package kubernetes

import (
	"net/http"
	"net/url"
	"strings"

	"go.opentelemetry.io/otel/attribute"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/clientspan"
)

// AfterNewHTTPRequest is called once an attempt.
func AfterNewHTTPRequest(c hook.Context) {
	req, _ := c.GetReturnVal(0).(*http.Request)
	if req == nil || req.URL == nil {
		return
	}
	e := parse(req.URL)
	if e.template == "" {
		return
	}
	c.SetReturnVal(0, req.WithContext(clientspan.NewContext(req.Context(),
		&clientspan.Request{Template: e.template, Attrs: e.attrs(), Opens: e.opens})))
}

// endpoint is what a URL of the API says.
type endpoint struct {
	template                  string
	namespace, resource, name string
	opens                     bool
}

// parse reads /api/v1/… and /apis/GROUP/VERSION/…, also behind a prefix, which
// proxies of several clusters have. Other paths of an API server are few and
// stand for themselves, and where there is neither nothing is said.
func parse(u *url.URL) endpoint {
	parts := strings.Split(strings.Trim(u.Path, "/"), "/")
	begin, n := -1, 0
	for i, p := range parts {
		if p == "api" {
			begin, n = i, 2
			break
		}
		if p == "apis" {
			begin, n = i, 3
			break
		}
	}
	if begin < 0 {
		switch parts[0] {
		case "version", "healthz", "livez", "readyz", "openapi":
			return endpoint{template: u.Path}
		}
		return endpoint{}
	}
	// A prefix has names in it, of clusters perhaps.
	parts = parts[begin:]
	prefix := "/"
	if begin > 0 {
		prefix = "/{prefix}/"
	}
	if len(parts) <= n { // discovery
		return endpoint{template: prefix + strings.Join(parts, "/")}
	}
	e := endpoint{opens: isSet(u.Query().Get("watch"))}
	out := parts[:n:n]
	rest := parts[n:]
	if rest[0] == "watch" && len(rest) > 1 { // of old
		e.opens = true
		out, rest = append(out, "watch"), rest[1:]
	}
	if rest[0] == "namespaces" && len(rest) > 2 && rest[2] != "status" && rest[2] != "finalize" {
		e.namespace = rest[1]
		out, rest = append(out, "namespaces", "{namespace}"), rest[2:]
	}
	e.resource = rest[0]
	out = append(out, rest[0])
	if len(rest) > 1 {
		e.name = rest[1]
		out = append(out, "{name}")
	}
	if len(rest) > 2 {
		out = append(out, rest[2])
		switch rest[2] {
		case "proxy":
			if len(rest) > 3 {
				out = append(out, "{path}")
			}
		case "log":
			e.opens = e.opens || isSet(u.Query().Get("follow"))
		case "exec", "attach", "portforward":
			e.opens = true
		}
		if len(rest) > 3 && rest[2] != "proxy" {
			out = append(out, "{path}")
		}
	}
	e.template = prefix + strings.Join(out, "/")
	return e
}

func isSet(v string) bool { return v == "true" || v == "1" }

// named are the resources whose names the conventions have an attribute for.
var named = map[string]string{
	"pods": "k8s.pod.name", "nodes": "k8s.node.name", "namespaces": "k8s.namespace.name",
	"deployments": "k8s.deployment.name", "replicasets": "k8s.replicaset.name",
	"statefulsets": "k8s.statefulset.name", "daemonsets": "k8s.daemonset.name",
	"jobs": "k8s.job.name", "cronjobs": "k8s.cronjob.name",
	"horizontalpodautoscalers": "k8s.hpa.name", "resourcequotas": "k8s.resourcequota.name",
	"replicationcontrollers": "k8s.replicationcontroller.name",
}

func (e endpoint) attrs() []attribute.KeyValue {
	var out []attribute.KeyValue
	if e.namespace != "" {
		out = append(out, attribute.String("k8s.namespace.name", e.namespace))
	}
	if key := named[e.resource]; key != "" && e.name != "" {
		out = append(out, attribute.String(key, e.name))
	}
	return out
}
