// Hello is a small web server. No line of it speaks of telemetry.
package main

import (
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"time"
)

func main() {
	addr := flag.String("addr", "127.0.0.1:0", "where to listen")
	once := flag.Bool("once", false, "ask this server once, and end")
	flag.Parse()

	mux := http.NewServeMux()
	mux.HandleFunc("GET /hello/{name}", func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(2 * time.Millisecond) // think
		fmt.Fprintf(w, "Hello, %s!\n", r.PathValue("name"))
	})
	l, err := net.Listen("tcp", *addr)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("listening on http://%s\n", l.Addr())
	if !*once {
		log.Fatal(http.Serve(l, mux))
	}
	go http.Serve(l, mux)
	resp, err := http.Get(fmt.Sprintf("http://%s/hello/world", l.Addr()))
	if err != nil {
		log.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(string(body))
}
