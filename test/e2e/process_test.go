package e2e

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// process is a program under test.
type process struct {
	t      *testing.T
	cmd    *exec.Cmd
	stdout *lockedBuffer
	stderr *lockedBuffer
	lines  chan string
	done   chan struct{}
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// exporting is the environment of a program whose telemetry is looked at.
func exporting(service string, more ...string) []string {
	return append([]string{
		"OTEL_SERVICE_NAME=" + service,
		"OTEL_EXPORTER_OTLP_ENDPOINT=" + theOne.url,
		"OTEL_BSP_SCHEDULE_DELAY=50",
	}, more...)
}

func start(t *testing.T, env []string, bin string, args ...string) *process {
	t.Helper()
	p := &process{t: t, cmd: exec.Command(bin, args...), stdout: &lockedBuffer{}, stderr: &lockedBuffer{},
		lines: make(chan string, 100), done: make(chan struct{})}
	p.cmd.Env = append(os.Environ(), env...)
	p.cmd.Stderr = p.stderr
	r, w, err := os.Pipe()
	require.NoError(t, err)
	p.cmd.Stdout = w
	require.NoError(t, p.cmd.Start())
	w.Close()
	read := make(chan struct{})
	go func() {
		defer close(read)
		defer close(p.lines)
		s := bufio.NewScanner(io.TeeReader(r, p.stdout))
		for s.Scan() {
			select {
			case p.lines <- s.Text():
			default:
			}
		}
	}()
	go func() {
		_ = p.cmd.Wait()
		<-read
		r.Close()
		close(p.done)
	}()
	t.Cleanup(func() {
		_ = p.cmd.Process.Kill()
		<-p.done
	})
	return p
}

// line waits for a line on standard output.
func (p *process) line() string {
	p.t.Helper()
	select {
	case l, ok := <-p.lines:
		require.True(p.t, ok, "the program ended: %s", p.stderr)
		return l
	case <-time.After(20 * time.Second):
		require.Fail(p.t, "no output", p.stderr.String())
		return ""
	}
}

func (p *process) signal(s os.Signal) { _ = p.cmd.Process.Signal(s) }

// wait returns how the program ended.
func (p *process) wait() syscall.WaitStatus {
	p.t.Helper()
	select {
	case <-p.done:
	case <-time.After(20 * time.Second):
		require.Fail(p.t, "the program does not end", "%s%s", p.stdout, p.stderr)
	}
	return p.cmd.ProcessState.Sys().(syscall.WaitStatus)
}

// shop is the example service, running.
type shop struct {
	*process
	orders, stock string
}

func startShop(t *testing.T, instrumented bool, env []string, args ...string) *shop {
	t.Helper()
	p := start(t, env, build(t, instrumented, "service", "."),
		append([]string{"-orders", "127.0.0.1:0", "-stock", "127.0.0.1:0", "-redis", redisAddr}, args...)...)
	words := strings.Fields(strings.ReplaceAll(p.line(), ",", ""))
	require.Len(t, words, 6)
	return &shop{p, words[2], words[5]}
}

// client does not keep connections, so that a server that shuts down need not
// wait for them.
var client = &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}

func get(t *testing.T, url string) (int, string) {
	t.Helper()
	resp, err := client.Get(url)
	require.NoError(t, err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return resp.StatusCode, string(body)
}
