// Command exits makes a request and then ends in the way it is told to.
package main

import (
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
)

func main() {
	log.SetFlags(0)
	how, url := os.Args[1], os.Args[2]
	fmt.Println("asking")
	ask(url)
	defer fmt.Println("deferred")
	switch how {
	case "return":
	case "exit":
		os.Exit(7)
	case "fatal":
		log.Fatal("fatal")
	case "panic":
		outer(how)
	case "goroutine":
		done := make(chan bool)
		go func() { outer(how); close(done) }()
		<-done
	case "nil":
		var e *struct{ n int }
		fmt.Println(e.n)
	}
}

func outer(s string) { inner(s); fmt.Println("never") }

func inner(s string) {
	if s != "" {
		panic(errors.New("no way out"))
	}
}

func ask(url string) {
	resp, err := http.Get(url)
	if err != nil {
		log.Print("no answer")
		return
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, resp.Body)
}
