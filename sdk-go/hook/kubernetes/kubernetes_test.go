package kubernetes

import (
	"errors"
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook/hooktest"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/clientspan"
)

func TestEndpoints(t *testing.T) {
	for in, want := range map[string]endpoint{
		"/api/v1/namespaces/shop/pods":   {template: "/api/v1/namespaces/{namespace}/pods", namespace: "shop", resource: "pods"},
		"/api/v1/namespaces/shop/pods/a": {template: "/api/v1/namespaces/{namespace}/pods/{name}", namespace: "shop", resource: "pods", name: "a"},
		"/api/v1/namespaces/shop":        {template: "/api/v1/namespaces/{name}", resource: "namespaces", name: "shop"},
		"/api/v1/namespaces/shop/status": {template: "/api/v1/namespaces/{name}/status", resource: "namespaces", name: "shop"},
		"/api/v1/nodes":                  {template: "/api/v1/nodes", resource: "nodes"},
		"/api/v1/pods?watch=true":        {template: "/api/v1/pods", resource: "pods", opens: true},
		"/api/v1/watch/pods":             {template: "/api/v1/watch/pods", resource: "pods", opens: true},
		"/apis/apps/v1/namespaces/n/deployments/d/scale": {template: "/apis/apps/v1/namespaces/{namespace}/deployments/{name}/scale",
			namespace: "n", resource: "deployments", name: "d"},
		"/api/v1/namespaces/n/pods/a/log?follow=true": {template: "/api/v1/namespaces/{namespace}/pods/{name}/log",
			namespace: "n", resource: "pods", name: "a", opens: true},
		"/api/v1/namespaces/n/services/s/proxy/x/y": {template: "/api/v1/namespaces/{namespace}/services/{name}/proxy/{path}",
			namespace: "n", resource: "services", name: "s"},
		"/k8s/clusters/c-1/api/v1/nodes/x": {template: "/{prefix}/api/v1/nodes/{name}", resource: "nodes", name: "x"},
		"/apis":                            {template: "/apis"},
		"/apis/apps/v1":                    {template: "/apis/apps/v1"},
		"/version":                         {template: "/version"},
		"/else/where":                      {},
		"/":                                {},
	} {
		u, err := url.Parse(in)
		require.NoError(t, err)
		assert.Equal(t, want, parse(u), in)
	}
}

func TestHook(t *testing.T) {
	req, _ := http.NewRequest("GET", "http://k8s/api/v1/namespaces/shop/pods/a", nil)
	c := hooktest.New("k8s.io/client-go/rest", "(*Request).newHTTPRequest", []any{nil, nil}, []any{req, nil})
	AfterNewHTTPRequest(c)
	got := clientspan.FromContext(c.Results[0].(*http.Request).Context())
	require.NotNil(t, got)
	assert.Equal(t, "/api/v1/namespaces/{namespace}/pods/{name}", got.Template)
	assert.Len(t, got.Attrs, 2)

	c = hooktest.New("k8s.io/client-go/rest", "(*Request).newHTTPRequest", []any{nil, nil}, []any{(*http.Request)(nil), errors.New("no")})
	AfterNewHTTPRequest(c)
	assert.Nil(t, c.Results[0])
}
