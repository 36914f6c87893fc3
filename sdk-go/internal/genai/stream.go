package genai

import (
	"bytes"
	"io"
	"sync"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
)

// body reads along while a program reads an answer, and ends the call where the
// answer ends: at the event that says so, at its last byte, when it is closed.
type body struct {
	io.ReadCloser
	call   *Call
	events bool // a stream of events, else one of JSON

	mu      sync.Mutex
	over    bool
	line    []byte
	skip    bool // a line that is too long to keep
	last    time.Time
	options metric.MeasurementOption
}

// maxLine bounds what is kept of an answer. The last event of a stream has all
// of it again.
const maxLine = 8 << 20

func (b *body) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.over {
		return n, err
	}
	b.feed(p[:n])
	switch {
	case err == io.EOF, err == nil && b.call.answer.done:
		b.finish(nil)
	case err != nil:
		b.finish(err)
	}
	return n, err
}

// Close may come while another goroutine reads.
func (b *body) Close() error {
	err := b.ReadCloser.Close()
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.over {
		b.finish(nil)
	}
	return err
}

func (b *body) finish(err error) {
	if !b.events && !b.skip {
		b.call.answer.add(bytes.TrimSpace(b.line))
	}
	b.over, b.line = true, nil
	b.call.end(err)
}

func (b *body) keep(data []byte) {
	if b.skip || len(b.line)+len(data) > maxLine {
		b.skip, b.line = true, nil
		return
	}
	b.line = append(b.line, data...)
}

func (b *body) feed(data []byte) {
	if !b.events {
		b.keep(data)
		return
	}
	for len(data) > 0 {
		i := bytes.IndexByte(data, '\n')
		if i < 0 {
			b.keep(data)
			return
		}
		b.keep(data[:i])
		if !b.skip {
			b.event(b.line)
		}
		b.line, b.skip = b.line[:0], false
		data = data[i+1:]
	}
}

func (b *body) event(line []byte) {
	data, ok := bytes.CutPrefix(line, []byte("data:"))
	if !ok {
		return
	}
	data = bytes.TrimSpace(data)
	a := &b.call.answer
	if bytes.Equal(data, []byte("[DONE]")) {
		a.done = true
		return
	}
	a.add(data)
	now := time.Now()
	if b.options == nil {
		b.options = metric.WithAttributeSet(attribute.NewSet(b.call.measured()...))
		first := now.Sub(b.call.start).Seconds()
		b.call.span.SetAttributes(attribute.Float64("gen_ai.response.time_to_first_chunk", first))
		b.call.client.firstChunk.Record(b.call.ctx, first, b.options)
	} else {
		b.call.client.betweenChunk.Record(b.call.ctx, now.Sub(b.last).Seconds(), b.options)
	}
	b.last = now
}
