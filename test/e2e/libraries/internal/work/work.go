// Package work runs what a program of the library tests has to do inside one
// HTTP request, so that it has a server span around it.
//
// With -tags byhand the programs are instrumented with the official packages;
// without, they know nothing of OpenTelemetry.
package work

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
)

// What the build by hand replaces.
var (
	setUp      = func() (flush func()) { return func() {} }
	wrap       = func(h http.Handler) http.Handler { return h }
	detachment = func(context.Context) context.Context { return context.Background() }
)

// Detached is context.Background(), as careless code uses it. By hand such code
// has no parent, so there it stays ctx.
func Detached(ctx context.Context) context.Context { return detachment(ctx) }

// Main serves one request with f and ends the program.
func Main(f func(ctx context.Context) error) {
	if err := serve(f); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// Serve starts a server of the program's own, and returns its address too.
func Serve(h http.Handler) (server *http.Server, url string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	server = &http.Server{Handler: h}
	go func() { _ = server.Serve(l) }()
	return server, "http://" + l.Addr().String()
}

func serve(f func(ctx context.Context) error) error {
	flush := setUp()
	defer flush()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /work", func(w http.ResponseWriter, r *http.Request) {
		if err := f(r.Context()); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	})
	srv, url := Serve(wrap(mux))
	resp, err := http.Get(url + "/work")
	if err != nil {
		return err
	}
	body, _ := io.ReadAll(resp.Body)
	resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", resp.Status, body)
	}
	return srv.Shutdown(context.Background())
}
