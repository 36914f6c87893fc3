package e2e

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// watchMemory asks until the program has ended how much memory it had at most, and
// tells it in MB. What the kernel says of an ended child is also what its parent
// had when it was started.
func (p *process) watchMemory() (peak func() int64) {
	var most atomic.Int64
	seen := make(chan struct{})
	go func() {
		defer close(seen)
		for {
			status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
			if _, rest, ok := strings.Cut(string(status), "VmHWM:"); ok {
				kb, _ := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
				most.Store(kb / 1024)
			}
			select {
			case <-p.done:
				return
			case <-time.After(10 * time.Millisecond):
			}
		}
	}()
	return func() int64 { <-seen; return most.Load() }
}

// moreMemory is what the SDK may take beyond the program's own, whatever comes.
const moreMemory = 60

// Hooks that always panic change no answer, and each is told of once.
func TestPanickingHooks(t *testing.T) {
	rules, err := filepath.Abs("programs/storm/panics.toml")
	require.NoError(t, err)
	out := filepath.Join(t.TempDir(), "storm")
	text, err := otel("programs", nil, "--rules", rules, "go", "build", "-o", out, "./storm")
	require.NoError(t, err, text)
	p := start(t, exporting("storm-panics"), out, "requests", "500")
	require.Equal(t, 0, p.wait().ExitStatus(), p.stderr)
	assert.Equal(t, "500 right answers\n", p.stdout.String())
	said := telemetryLines(p.stderr.String())
	require.Len(t, said, 2, "each hook once")
	assert.Regexp(t, `main\.greet \(rule panics\) panicked at .*hooks\.go:7: before; the program goes on`, said[0])
	assert.Regexp(t, `main\.greet \(rule panics\) panicked at .*hooks\.go:10: interface conversion`, said[1])
	theOne.waitSpans(t, "storm-panics", 1000)
}

// A Collector that takes requests and does not answer for as long as the program
// runs costs neither answers nor memory, and delays the end no longer than the
// time that is allowed for it.
func TestSlowCollector(t *testing.T) {
	release := make(chan struct{})
	var asked atomic.Int64
	slow := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		<-release
	}))
	defer slow.Close()
	defer close(release)
	const requests = "20000"
	plain := start(t, nil, build(t, false, "programs", "./storm"), "requests", requests)
	plainPeak := plain.watchMemory()
	require.Equal(t, 0, plain.wait().ExitStatus(), plain.stderr)
	p := start(t, []string{"OTEL_EXPORTER_OTLP_ENDPOINT=" + slow.URL, "OTEL_BSP_SCHEDULE_DELAY=50"},
		build(t, true, "programs", "./storm"), "requests", requests)
	peak := p.watchMemory()
	assert.Equal(t, requests+" right answers", p.line())
	assert.Positive(t, asked.Load(), "the Collector has been asked meanwhile")
	begin := time.Now()
	require.Equal(t, 0, p.wait().ExitStatus(), p.stderr)
	assert.Less(t, time.Since(begin), 5*time.Second, "the end waits for 2 s at most")
	assert.Positive(t, peak())
	assert.Less(t, peak(), plainPeak()+moreMemory)
}

// What a program logs is whole on its own output, whether a Collector takes the
// records as fast as they come, or none is there; memory stays bounded, and
// records that were not sent are told of once.
func TestLogStorm(t *testing.T) {
	const n = 100000
	plain := start(t, nil, build(t, false, "programs", "./storm"), "records", strconv.Itoa(n))
	plainPeak := plain.watchMemory()
	require.Equal(t, 0, plain.wait().ExitStatus(), plain.stderr)
	t.Setenv("OTEL_WITH", "logs")
	bin := build(t, true, "programs", "./storm")
	nowhere, err := freeAddress()
	require.NoError(t, err)
	for name, endpoint := range map[string]string{"collector": theOne.url, "no collector": "http://" + nowhere, "deaf": deaf(t)} {
		t.Run(name, func(t *testing.T) {
			service := "storm-logs-" + strings.ReplaceAll(name, " ", "-")
			p := start(t, exporting(service, "OTEL_EXPORTER_OTLP_ENDPOINT="+endpoint), bin, "records", strconv.Itoa(n))
			peak := p.watchMemory()
			require.Equal(t, 0, p.wait().ExitStatus(), p.stderr)
			lines := strings.Split(strings.TrimSpace(p.stdout.String()), "\n")
			require.Len(t, lines, n)
			for i, l := range lines {
				if !strings.Contains(l, `"msg":"a record","number":`+strconv.Itoa(i)+`,"trace_id":"`) {
					require.Fail(t, "a line is not as it was written", l)
				}
			}
			assert.Positive(t, peak())
			assert.Less(t, peak(), plainPeak()+moreMemory)
			said := telemetryLines(p.stderr.String())
			dropped := 0
			for _, l := range said {
				if _, rest, ok := strings.Cut(l, "otel: "); ok && strings.Contains(rest, " log records were dropped") {
					require.Zero(t, dropped, said)
					dropped, err = strconv.Atoi(rest[:strings.IndexByte(rest, ' ')])
					require.NoError(t, err)
				}
			}
			assert.LessOrEqual(t, len(said), 4, "one line for each signal, and one of what was dropped: %v", said)
			if name != "collector" {
				assert.Positive(t, dropped, said)
				return
			}
			arrived := func() int { return len(theOne.records(t, service)) }
			assert.Eventually(t, func() bool { return arrived()+dropped >= n }, 20*time.Second, time.Second)
			assert.Equal(t, n, arrived()+dropped, "each record is sent, or told of")
		})
	}
}

// deaf is the address of what takes connections and never reads from them.
func deaf(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { l.Close() })
	return "http://" + l.Addr().String()
}
