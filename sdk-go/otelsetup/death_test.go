package otelsetup

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// The goroutine that panics may hold what a flush waits for: it waits no longer
// than is said, and not at all when the flush itself panics.
func TestFlushAtDeathIsBounded(t *testing.T) {
	s := &setup{env: func(string) string { return "50" }}
	never := make(chan struct{})
	defer close(never)
	s.addFlusher(flusher{first: true, flush: func(context.Context) error { <-never; return nil }})
	begin := time.Now()
	s.flushAtDeath()
	assert.GreaterOrEqual(t, time.Since(begin), 50*time.Millisecond)

	s = &setup{env: func(string) string { return "60000" }}
	s.addFlusher(flusher{first: true, flush: func(context.Context) error { panic("flush") }})
	begin = time.Now()
	s.flushAtDeath()
	assert.Less(t, time.Since(begin), 30*time.Second)
}
