// Command storm is a server that gets more than usual: "storm requests N" asks it N
// times, "storm records N" once, for so many log records.
package main

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strconv"
	"time"
)

func greet(name string) string { return "hello " + name }

func main() {
	n, err := strconv.Atoi(os.Args[2])
	check(err)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	check(err)
	records := slog.New(slog.NewJSONHandler(os.Stdout, nil))
	http.HandleFunc("/hello/{name}", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, greet(r.PathValue("name")))
	})
	http.HandleFunc("/records", func(w http.ResponseWriter, r *http.Request) {
		for i := range n {
			records.InfoContext(r.Context(), "a record", "number", i)
		}
	})
	go http.Serve(l, nil)
	get := func(path string) []byte {
		resp, err := http.Get("http://" + l.Addr().String() + path)
		check(err)
		defer resp.Body.Close()
		text, err := io.ReadAll(resp.Body)
		check(err)
		return text
	}
	if os.Args[1] == "records" {
		get("/records")
		return
	}
	right := 0
	begin := time.Now()
	for i := range n {
		if bytes.Equal(get(fmt.Sprintf("/hello/%d", i)), fmt.Appendf(nil, "hello %d\n", i)) {
			right++
		}
	}
	fmt.Println(right, "right answers")
	fmt.Fprintln(os.Stderr, "took", time.Since(begin).Milliseconds())
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
