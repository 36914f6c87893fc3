// Command logs serves one request that writes through log and slog in every way,
// with loggers that are older than the request.
package main

import (
	"context"
	"log"
	"log/slog"
	"net"
	"net/http"
	"os"
)

var (
	asJSON  = slog.New(slog.NewJSONHandler(os.Stdout, nil))
	asText  = slog.New(slog.NewTextHandler(os.Stdout, nil)).With("a", 1)
	asLines = log.New(os.Stdout, "lines: ", 0)
)

func main() {
	asJSON.Info("outside of any request")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	go func() {
		_ = http.Serve(l, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			log.SetOutput(os.Stdout)
			asJSON.InfoContext(r.Context(), "json with context")
			asJSON.Info("json without")
			asText.ErrorContext(context.Background(), "text with a foreign context")
			slog.Info("default handler")
			slog.InfoContext(r.Context(), "default handler with context")
			asLines.Println("a logger of one's own")
			log.Print("the standard logger")
			done := make(chan bool)
			go func() {
				asJSON.Info("on another goroutine")
				close(done)
			}()
			<-done
			slog.SetDefault(asJSON)
			log.Print("log on top of slog")
			slog.Info("slog's default was set")
		}))
	}()
	resp, err := http.Get("http://" + l.Addr().String())
	if err != nil {
		panic(err)
	}
	resp.Body.Close()
}
