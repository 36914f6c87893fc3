package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Requests that are served while the Collector restarts lose no span.
func TestCollectorRestarts(t *testing.T) {
	bin := build(t, true, "programs", "./workers")
	addr, err := freeAddress()
	require.NoError(t, err)
	dir := t.TempDir()
	boot := func(n int) *collector {
		own := filepath.Join(dir, fmt.Sprint(n))
		require.NoError(t, os.Mkdir(own, 0o777))
		c := &collector{url: "http://" + addr, file: filepath.Join(own, "out.json"), dir: own}
		require.NoError(t, c.boot(addr))
		return c
	}
	first := boot(1)
	p := start(t, []string{"OTEL_SERVICE_NAME=restart", "OTEL_EXPORTER_OTLP_ENDPOINT=" + first.url, "OTEL_BSP_SCHEDULE_DELAY=50"}, bin)
	base := p.line()
	serve := func(from, to int) {
		for i := from; i < to; i++ {
			code, _ := get(t, fmt.Sprintf("%s/leaf/%d", base, i))
			assert.Equal(t, 200, code)
		}
	}
	serve(0, 10)
	first.waitSpans(t, "restart", 10)
	first.stop()
	serve(10, 30)
	time.Sleep(time.Second)
	second := boot(2)
	defer second.stop()
	second.waitSpans(t, "restart", 20)
}
