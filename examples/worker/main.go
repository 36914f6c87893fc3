// Worker makes thumbnails of pictures, three at a time.
package main

import (
	"context"
	"fmt"
	"log/slog"
	"sync"

	"example.com/worker/thumb"
)

// MaxAttempts is how often a picture is tried; otel.toml raises it.
const MaxAttempts = 1

func main() {
	batch(context.Background(), []string{"a.png", "bb.png", "ccc.gif"})
}

//otel:span name:"batch" args:len(names)
func batch(ctx context.Context, names []string) {
	queue := make(chan string)
	var workers sync.WaitGroup
	for range 3 {
		workers.Add(1)
		go func() {
			defer workers.Done()
			for name := range queue {
				picture(name)
			}
		}()
	}
	for _, name := range names {
		queue <- name
	}
	close(queue)
	workers.Wait()
}

//otel:span args:name
func picture(name string) error {
	for attempt := 1; ; attempt++ {
		size, err := thumb.Make(name)
		if err == nil {
			slog.Info("made", "picture", name, "bytes", size)
			return nil
		}
		if attempt >= MaxAttempts {
			return fmt.Errorf("%s: %w after %d attempts", name, err, attempt)
		}
	}
}
