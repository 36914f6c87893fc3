// Package otellogtest records log records for tests of bridges.
package otellogtest

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/log"
	"go.opentelemetry.io/otel/log/noop"
)

// Recorder is a provider that keeps one line a record: scope, severity, body and
// attributes.
type Recorder struct {
	log.LoggerProvider
	mu    sync.Mutex
	lines []string
}

// Install makes a recorder the program's provider.
func Install() *Recorder {
	r := &Recorder{LoggerProvider: noop.NewLoggerProvider()}
	otel.SetLoggerProvider(r)
	return r
}

func (r *Recorder) Logger(scope string, _ ...log.LoggerOption) log.Logger {
	return logger{noop.Logger{}, r, scope}
}

// Take returns the lines recorded since the last call.
func (r *Recorder) Take() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := r.lines
	r.lines = nil
	return out
}

type logger struct {
	log.Logger
	r     *Recorder
	scope string
}

func (l logger) Enabled(context.Context, log.EnabledParameters) bool { return true }

func (l logger) Emit(_ context.Context, r log.Record) {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s %s", l.scope, r.Severity(), r.Body().Emit())
	r.WalkAttributes(func(kv attribute.KeyValue) bool {
		fmt.Fprintf(&b, " %s=%s", kv.Key, kv.Value.Emit())
		return true
	})
	if err := r.Err(); err != nil {
		fmt.Fprintf(&b, " err: %v", err)
	}
	l.r.mu.Lock()
	defer l.r.mu.Unlock()
	l.r.lines = append(l.r.lines, b.String())
}
