// Package e2e builds unchanged programs with `otel`, runs them, and looks at
// what a real OpenTelemetry Collector receives from them.
//
// OTEL_BIN names the tool (default ../../build/bin/otel), E2E_BUILD the folder
// that keeps the Collector's binary (default ../../build/e2e). All servers
// listen on loopback addresses and end with the tests. Where the build cache is
// empty the Collector takes minutes, and so do the first builds of the tool with
// -race and -trimpath: run with -timeout 40m.
package e2e

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var (
	otelBin   string
	redisAddr string
	scratch   string // holds what is built
	theOne    *collector
)

func TestMain(m *testing.M) {
	os.Exit(run(m))
}

func run(m *testing.M) int {
	runtime.LockOSThread() // see endWithParent
	// What the environment says about telemetry is set by each test.
	for _, kv := range os.Environ() {
		if name, _, _ := strings.Cut(kv, "="); strings.HasPrefix(name, "OTEL_") && name != "OTEL_BIN" {
			os.Unsetenv(name)
		}
	}
	otelBin = os.Getenv("OTEL_BIN")
	if otelBin == "" {
		otelBin = "../../build/bin/otel"
	}
	var err error
	if otelBin, err = filepath.Abs(otelBin); err != nil {
		return fail(err)
	}
	if _, err := os.Stat(otelBin); err != nil {
		return fail(fmt.Errorf("%w: build the tool first, or name it by OTEL_BIN", err))
	}
	if scratch, err = os.MkdirTemp("", "otel-e2e-"); err != nil {
		return fail(err)
	}
	defer os.RemoveAll(scratch)
	stopRedis, err := startRedis()
	if err != nil {
		return fail(err)
	}
	defer stopRedis()
	if theOne, err = startCollector(); err != nil {
		return fail(err)
	}
	defer theOne.stop()
	return m.Run()
}

func fail(err error) int {
	fmt.Fprintln(os.Stderr, "e2e:", err)
	return 1
}

// freeAddress returns a loopback address on which nothing listens.
func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return l.Addr().String(), nil
}

func waitFor(addr string, d time.Duration) error {
	deadline := time.Now().Add(d)
	for {
		c, err := net.DialTimeout("tcp", addr, time.Second)
		if err == nil {
			return c.Close()
		}
		if time.Now().After(deadline) {
			return err
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func startRedis() (stop func(), err error) {
	if redisAddr, err = freeAddress(); err != nil {
		return nil, err
	}
	_, port, _ := net.SplitHostPort(redisAddr)
	cmd := exec.Command("redis-server", "--bind", "127.0.0.1", "--port", port,
		"--save", "", "--appendonly", "no", "--dir", os.TempDir())
	endWithParent(cmd)
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	stop = func() { _ = cmd.Process.Kill(); _ = cmd.Wait() }
	if err := waitFor(redisAddr, 10*time.Second); err != nil {
		stop()
		return nil, err
	}
	return stop, nil
}

// A build of one program in one way is made once.
var builds = struct {
	sync.Mutex
	m map[string]string
}{m: map[string]string{}}

// build builds the package in dir with the go command, or with otel, and
// returns the binary.
func build(t *testing.T, instrumented bool, dir, pkg string, flags ...string) string {
	t.Helper()
	key := fmt.Sprint(instrumented, dir, pkg, flags, os.Getenv("OTEL_WITH"))
	builds.Lock()
	defer builds.Unlock()
	if b := builds.m[key]; b != "" {
		return b
	}
	out, err := os.MkdirTemp(scratch, "")
	require.NoError(t, err)
	bin := filepath.Join(out, filepath.Base(dir)+"-"+filepath.Base(pkg))
	args := append(append([]string{"build", "-o", bin}, flags...), pkg)
	if instrumented {
		text, err := otel(dir, nil, append([]string{"go"}, args...)...)
		require.NoError(t, err, text)
		require.Contains(t, text, "instrumented", "the summary line")
	} else {
		cmd := exec.Command("go", args...)
		cmd.Dir = dir
		text, err := cmd.CombinedOutput()
		require.NoError(t, err, string(text))
	}
	builds.m[key] = bin
	return bin
}

func otel(dir string, env []string, args ...string) (string, error) {
	cmd := exec.Command(otelBin, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), env...)
	text, err := cmd.CombinedOutput()
	return string(text), err
}
