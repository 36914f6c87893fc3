package otelsetup

import (
	"fmt"
	"io"
	"sync"
	"time"
)

// errorHandler writes OpenTelemetry's own errors, each text once in a while and
// few texts at all, so that a fault that repeats does not fill the log.
type errorHandler struct {
	w   io.Writer
	now func() time.Time

	mu      sync.Mutex
	said    map[string]time.Time
	skipped int
}

const (
	sayAgain = 5 * time.Minute
	maxTexts = 64
)

func newErrorHandler(w io.Writer) *errorHandler {
	return &errorHandler{w: w, now: time.Now, said: map[string]time.Time{}}
}

func (h *errorHandler) Handle(err error) {
	if err == nil {
		return
	}
	text := err.Error()
	now := h.now()
	h.mu.Lock()
	defer h.mu.Unlock()
	if last, ok := h.said[text]; ok && now.Sub(last) < sayAgain {
		h.skipped++
		return
	}
	if len(h.said) >= maxTexts {
		for t, last := range h.said {
			if now.Sub(last) >= sayAgain {
				delete(h.said, t)
			}
		}
		if len(h.said) >= maxTexts {
			h.skipped++
			return
		}
	}
	h.said[text] = now
	more := ""
	if h.skipped > 0 {
		more = fmt.Sprintf(" (and %d more left out)", h.skipped)
		h.skipped = 0
	}
	if len(text) > 5 && text[:5] == "otel:" {
		text = text[6:]
	}
	fmt.Fprintf(h.w, "otel: %s%s\n", text, more)
}
