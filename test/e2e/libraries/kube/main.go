// Command kube asks an API server of its own, through client-go: it lists, gets
// what is not there, and watches.
package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"

	"example.com/libraries/internal/work"
)

const pod = `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"web-1","namespace":"shop"}}`

// serve answers as an API server does, and holds on to watches.
func serve(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	switch {
	case r.Header.Get("Traceparent") == "":
		w.WriteHeader(http.StatusTeapot)
	case r.URL.Query().Get("watch") == "true":
		fmt.Fprintf(w, `{"type":"ADDED","object":%s}`, pod)
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	case strings.HasSuffix(r.URL.Path, "/pods"):
		fmt.Fprintf(w, `{"apiVersion":"v1","kind":"PodList","metadata":{},"items":[%s]}`, pod)
	default:
		w.WriteHeader(http.StatusNotFound)
		fmt.Fprint(w, `{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"NotFound","code":404}`)
	}
}

func main() {
	server, url := work.Serve(http.HandlerFunc(serve))
	client, err := dynamic.NewForConfig(&rest.Config{Host: url})
	if err != nil {
		panic(err)
	}
	pods := client.Resource(schema.GroupVersionResource{Version: "v1", Resource: "pods"}).Namespace("shop")
	work.Main(func(ctx context.Context) error {
		list, err := pods.List(work.Detached(ctx), metav1.ListOptions{})
		if err != nil {
			return err
		}
		if len(list.Items) != 1 {
			return errors.New("expected one pod")
		}
		if _, err := pods.Get(ctx, "secret", metav1.GetOptions{}); !apierrors.IsNotFound(err) {
			return fmt.Errorf("expected that it is not found, not %v", err)
		}
		w, err := pods.Watch(ctx, metav1.ListOptions{})
		if err != nil {
			return err
		}
		if _, ok := <-w.ResultChan(); !ok {
			return errors.New("expected an event")
		}
		w.Stop()
		return server.Shutdown(ctx) // when the watch has ended there too
	})
}
