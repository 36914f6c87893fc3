// Command spans serves one request by functions that are marked //otel:span.
package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
)

type order struct {
	ID    int
	Items []string
}

type shop struct{ name string }

// Sell is marked with all that the directive takes.
//
//otel:span name:"sell an order" args:o.ID,len(o.Items),o.Items,s.name team:checkout
func (s *shop) Sell(ctx context.Context, o *order) error {
	if err := charge(ctx, o.ID); err != nil {
		return fmt.Errorf("selling: %w", err)
	}
	ship(o)
	return nil
}

//otel:span kind:client args:id
func charge(_ context.Context, id int) (err error) {
	if id == 13 {
		return errors.New("no credit")
	}
	return nil
}

//otel:span
func ship(*order) { pack[string]("paper") }

//otel:span args:what
func pack[T any](what T) T { return what }

//otel:span
func explode() { panic("boom") }

// unmarked has no span.
func unmarked(context.Context) {}

func main() {
	s := &shop{"corner"}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	go func() {
		_ = http.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			unmarked(r.Context())
			fmt.Println(s.Sell(r.Context(), &order{1, []string{"a", "b"}}))
			fmt.Println(s.Sell(context.Background(), &order{13, nil}))
			func() {
				defer func() { fmt.Println(recover()) }()
				explode()
			}()
		}))
	}()
	resp, err := http.Get("http://" + l.Addr().String())
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	resp.Body.Close()
}
