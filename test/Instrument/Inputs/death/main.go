// Dies as its first argument asks. Where package runtime is patched, the file
// that its second argument names is written at death.
package main

import (
	"errors"
	"os"
	"time"
	_ "unsafe"
)

//go:linkname runtimeAPI runtime.otelAPI
var runtimeAPI *struct {
	version     int
	ctxGet      func() any
	ctxSet      func(any)
	suppress    func(bool) bool
	setReporter func(func(int, string, string, any))
	setAtDeath  func(func())
}

type value struct{}

func (value) Error() string { return "an error's text" }

func main() {
	how := os.Args[1]
	if runtimeAPI != nil {
		runtimeAPI.setAtDeath(func() {
			done := make(chan bool)
			go func() {
				time.Sleep(200 * time.Millisecond)
				f, _ := os.OpenFile(os.Args[2], os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o666)
				f.WriteString(how + "\n")
				f.Close()
				close(done)
			}()
			<-done
			if how == "handler" {
				panic("the handler's own")
			}
		})
	}
	switch how {
	case "main":
		panic(errors.New("main"))
	case "goroutine", "handler":
		go func() { inner(1) }()
		time.Sleep(50 * time.Millisecond) // and then return, with status 0
	case "error":
		go func() { panic(value{}) }()
		select {}
	case "nil":
		var p *value
		go func() { println(p.Error()) }()
		time.Sleep(time.Minute)
	case "again":
		go func() {
			defer func() { panic(recover()) }()
			inner(1)
		}()
		select {}
	case "recovered":
		func() {
			defer func() { println(recover() != nil) }()
			inner(1)
		}()
	}
}

func inner(n int) {
	if n > 0 {
		panic("inner")
	}
}
