// Command telemetry measures the CPU time of an HTTP round trip and of a redis
// call in one process: telemetry http|redis REDIS-ADDRESS N prints the nanoseconds
// a call. CPU_PROFILE names a file for a profile.
//
// Built with -tags provider it has an SDK whose exporter drops everything, with
// -tags provider,byhand it is instrumented with the official packages too. Under
// the tool it is built without byhand.
package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"runtime/pprof"
	"strconv"
	"syscall"

	"github.com/redis/go-redis/v9"
)

var (
	wrapHandler   = func(h http.Handler) http.Handler { return h }
	wrapTransport = func(t http.RoundTripper) http.RoundTripper { return t }
	wrapRedis     = func(*redis.Client) {}
)

func cpu() int64 {
	var r syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &r)
	return r.Utime.Nano() + r.Stime.Nano()
}

func roundTrips() func() {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /hello/{name}", func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, "hello") })
	l, err := net.Listen("tcp", "127.0.0.1:0")
	check(err)
	go func() { _ = (&http.Server{Handler: wrapHandler(mux)}).Serve(l) }()
	client := &http.Client{Transport: wrapTransport(http.DefaultTransport)}
	url := "http://" + l.Addr().String() + "/hello/world"
	return func() {
		resp, err := client.Get(url)
		check(err)
		_, _ = io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
	}
}

func redisCalls(addr string) func() {
	c := redis.NewClient(&redis.Options{Addr: addr})
	wrapRedis(c)
	ctx := context.Background()
	check(c.Set(ctx, "key", "value", 0).Err())
	return func() { check(c.Get(ctx, "key").Err()) }
}

func main() {
	n, err := strconv.Atoi(os.Args[3])
	check(err)
	call := roundTrips
	if os.Args[1] == "redis" {
		call = func() func() { return redisCalls(os.Args[2]) }
	}
	f := call()
	for range n / 10 {
		f()
	}
	if file := os.Getenv("CPU_PROFILE"); file != "" {
		w, err := os.Create(file)
		check(err)
		check(pprof.StartCPUProfile(w))
		defer pprof.StopCPUProfile()
	}
	begin := cpu()
	for range n {
		f()
	}
	fmt.Println((cpu() - begin) / int64(n))
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
