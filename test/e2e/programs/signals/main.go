// Command signals makes a request and then waits for signals.
package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	mode, url := os.Args[1], os.Args[2]
	resp, err := http.Get(url)
	if err == nil {
		_, _ = io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
	}
	switch mode {
	case "default":
	case "notify":
		c := make(chan os.Signal, 1)
		signal.Notify(c, syscall.SIGTERM, os.Interrupt)
		fmt.Println("ready")
		fmt.Println("got", <-c)
		os.Exit(3)
	case "context":
		ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
		fmt.Println("ready")
		<-ctx.Done()
		stop() // from here on a second signal kills
		fmt.Println("stopping")
	case "ignore":
		signal.Ignore(os.Interrupt)
		fmt.Println("ready")
		time.Sleep(700 * time.Millisecond)
		fmt.Println("still here")
		return
	}
	fmt.Println("ready")
	time.Sleep(20 * time.Second)
}
