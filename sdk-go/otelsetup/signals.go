package otelsetup

import (
	"bytes"
	"os"
	"os/signal"
	"runtime"
	"sync"
	"sync/atomic"
)

// signals flushes before SIGINT, SIGTERM or SIGHUP ends a program that has no handler
// of its own. The program then ends by the same signal, so that its exit status
// is what it would have been, and a second signal while it flushes ends it at
// once. As soon as the program calls signal.Notify for anything, all is as if
// this were not here.
type signals struct {
	mu      sync.Mutex
	ch      chan os.Signal
	stopped bool
	// installing tells our own call of signal.Notify from the program's where
	// hooks also run within hooks.
	installing atomic.Bool
}

var handler signals

// MainStarts is called when main.main begins: init functions are over, so a
// handler that they installed can be seen.
func MainStarts() {
	if program == nil {
		return
	}
	handler.start(program.flush)
}

// ProgramHandlesSignals is called before the program's signal.Notify.
func ProgramHandlesSignals() { handler.stop() }

func (s *signals) start(flush func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopped || s.ch != nil || notifyInUse() {
		return
	}
	var watch []os.Signal
	for _, sig := range deadlySignals {
		if !signal.Ignored(sig) { // as under nohup, or in a shell's background
			watch = append(watch, sig)
		}
	}
	if len(watch) == 0 {
		return
	}
	s.ch = make(chan os.Signal, 2)
	s.installing.Store(true)
	signal.Notify(s.ch, watch...)
	s.installing.Store(false)
	go s.wait(s.ch, flush)
}

func (s *signals) wait(ch chan os.Signal, flush func()) {
	defer suppressHere()()
	sig, ok := <-ch
	if !ok {
		return
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		flush()
	}()
	select {
	case <-done:
	case sig = <-ch:
	}
	s.mu.Lock()
	stopped := s.stopped
	s.mu.Unlock()
	if !stopped {
		signal.Reset(sig)
	}
	raise(sig) // or hand it to the handler that the program has set meanwhile
}

func (s *signals) stop() {
	if s.installing.Load() {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stopped = true
	if s.ch != nil {
		signal.Stop(s.ch)
		// Never closed twice: stopped is set for good and ch taken away.
		close(s.ch)
		s.ch = nil
	}
}

// notifyInUse tells whether something has called signal.Notify already: the
// package then has a goroutine that distributes signals.
func notifyInUse() bool {
	buf := make([]byte, 1<<16)
	for {
		n := runtime.Stack(buf, true)
		if n < len(buf) {
			return bytes.Contains(buf[:n], []byte("os/signal.loop("))
		}
		if len(buf) >= 1<<22 {
			return true // too many goroutines to look at: leave signals alone
		}
		buf = make([]byte, 4*len(buf))
	}
}
