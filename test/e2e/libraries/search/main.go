// Command search asks an Elasticsearch of its own through go-elasticsearch: it
// stores a document, searches, and gets one that is not there.
package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/elastic/go-elasticsearch/v9"

	"example.com/libraries/internal/work"
)

// serve answers as Elasticsearch does.
func serve(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Elastic-Product", "Elasticsearch")
	w.Header().Set("Content-Type", "application/json")
	switch {
	case r.Header.Get("Traceparent") == "":
		w.WriteHeader(http.StatusTeapot)
	case r.Method == http.MethodPut:
		w.WriteHeader(http.StatusCreated)
		fmt.Fprint(w, `{"result":"created"}`)
	case strings.HasSuffix(r.URL.Path, "/_search"):
		fmt.Fprint(w, `{"hits":{"hits":[]}}`)
	default:
		w.WriteHeader(http.StatusNotFound)
		fmt.Fprint(w, `{"found":false}`)
	}
}

func main() {
	_, url := work.Serve(http.HandlerFunc(serve))
	client, err := elasticsearch.NewClient(elasticsearch.Config{Addresses: []string{url}})
	if err != nil {
		panic(err)
	}
	work.Main(func(ctx context.Context) error {
		index, err := client.Index("books", strings.NewReader(`{"title":"secret"}`),
			client.Index.WithDocumentID("1"), client.Index.WithContext(work.Detached(ctx)))
		if err != nil {
			return err
		}
		found, err := client.Search(client.Search.WithIndex("books"), client.Search.WithQuery("title:secret"), client.Search.WithContext(ctx))
		if err != nil {
			return err
		}
		absent, err := client.Get("books", "2", client.Get.WithContext(ctx))
		if err != nil {
			return err
		}
		for _, r := range []struct {
			body io.ReadCloser
			got  int
			want int
		}{{index.Body, index.StatusCode, 201}, {found.Body, found.StatusCode, 200}, {absent.Body, absent.StatusCode, 404}} {
			r.body.Close()
			if r.got != r.want {
				return fmt.Errorf("status %d, expected %d", r.got, r.want)
			}
		}
		return nil
	})
}
