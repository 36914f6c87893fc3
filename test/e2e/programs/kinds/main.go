// Command kinds is a shop that rules of every kind change.
package main

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"

	"example.com/programs/kinds/lib"
)

func traced(r *http.Response, err error) (*http.Response, error) {
	fmt.Println("called", r.StatusCode)
	return r, err
}

//shop:say word:hello
func greet() { fmt.Println("world") }

func main() {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {}))
	defer s.Close()
	greet()
	r, err := http.Get(s.URL)
	if err == nil {
		r.Body.Close()
	}
	c := lib.Client{Name: "n"}
	fmt.Println("client", c.Describe(), "limit", lib.Limit)
	for _, fail := range []bool{false, true, false} {
		err := lib.Charge(fail, time.Millisecond)
		fmt.Println("charged", errors.Is(err, lib.ErrCharge))
	}
}
