// Command workers serves requests by pooled workers that know nothing of
// requests but what they are handed: some a context, some nothing.
package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"sync"
	"syscall"
)

type task struct {
	ctx  context.Context
	url  string
	done *sync.WaitGroup
}

var (
	tasks = make(chan task)
	once  sync.Once
)

// startWorkers is called by the first request, whose goroutine the workers
// descend from.
func startWorkers() {
	once.Do(func() {
		for range 4 {
			go func() {
				for t := range tasks {
					req, _ := http.NewRequestWithContext(t.ctx, "GET", t.url, nil)
					if resp, err := http.DefaultClient.Do(req); err == nil {
						_, _ = io.Copy(io.Discard, resp.Body)
						resp.Body.Close()
					}
					t.done.Done()
				}
			}()
		}
	})
}

func main() {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	base := "http://" + l.Addr().String()
	mux := http.NewServeMux()
	mux.HandleFunc("/leaf/{id}", func(http.ResponseWriter, *http.Request) {})
	// The context is handed to the worker.
	mux.HandleFunc("/pooled/{id}", func(w http.ResponseWriter, r *http.Request) {
		startWorkers()
		var wg sync.WaitGroup
		wg.Add(1)
		tasks <- task{r.Context(), base + "/leaf/" + r.PathValue("id"), &wg}
		wg.Wait()
	})
	// Nothing is: the worker cannot know whose request it works for.
	mux.HandleFunc("/detached/{id}", func(w http.ResponseWriter, r *http.Request) {
		startWorkers()
		var wg sync.WaitGroup
		wg.Add(1)
		tasks <- task{context.Background(), base + "/leaf/" + r.PathValue("id"), &wg}
		wg.Wait()
	})
	// A goroutine of the request's own.
	mux.HandleFunc("/spawned/{id}", func(w http.ResponseWriter, r *http.Request) {
		var wg sync.WaitGroup
		for range 3 {
			wg.Add(1)
			go func() {
				defer wg.Done()
				if resp, err := http.Get(base + "/leaf/" + r.PathValue("id")); err == nil {
					_, _ = io.Copy(io.Discard, resp.Body)
					resp.Body.Close()
				}
			}()
		}
		wg.Wait()
	})
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	srv := &http.Server{Handler: mux}
	go srv.Serve(l)
	fmt.Println(base)
	<-ctx.Done()
	srv.Shutdown(context.Background())
}
