package e2e

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func newRequest(url string) (*http.Request, error) { return http.NewRequest(http.MethodGet, url, nil) }

// somebody answers programs that ask.
func somebody(t *testing.T) string {
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	t.Cleanup(s.Close)
	return s.URL
}

var (
	address = regexp.MustCompile(` \+0x[0-9a-f]+$|\([^()]*\)$|0x[0-9a-f]+`)
	routine = regexp.MustCompile(`^goroutine \d+`)
)

// position keeps of a crash what must not change: functions, files and lines.
func position(stderr string) string {
	var out []string
	for _, l := range strings.Split(stderr, "\n") {
		for address.MatchString(l) {
			l = address.ReplaceAllString(l, "")
		}
		out = append(out, routine.ReplaceAllString(l, "goroutine N"))
	}
	return strings.Join(out, "\n")
}

// However a program ends, its output, its exit status and the positions in its
// traces are those of the plain build, and its last span is not lost.
func TestEnds(t *testing.T) {
	url := somebody(t)
	for _, flags := range [][]string{nil, {"-trimpath"}} {
		plain := build(t, false, "programs", "./exits", flags...)
		hooked := build(t, true, "programs", "./exits", flags...)
		for _, how := range []string{"return", "exit", "fatal", "panic", "nil", "goroutine"} {
			t.Run(how+strings.Join(flags, ""), func(t *testing.T) {
				a := start(t, nil, plain, how, url)
				a.wait()
				service := "ends-" + how + strings.Join(flags, "")
				b := start(t, exporting(service), hooked, how, url)
				b.wait()
				assert.Equal(t, a.wait(), b.wait())
				assert.Equal(t, a.stdout.String(), b.stdout.String())
				assert.Equal(t, position(a.stderr.String()), position(b.stderr.String()))
				for _, spans := range theOne.waitSpans(t, service, 1) {
					assert.Equal(t, service+"/client/GET", tree(spans))
				}
			})
		}
	}
}

// Programs that handle signals and programs that do not end as they do without
// the tool.
func TestSignals(t *testing.T) {
	url := somebody(t)
	plain := build(t, false, "programs", "./signals")
	hooked := build(t, true, "programs", "./signals")
	for _, c := range []struct {
		mode string
		send []os.Signal
	}{
		{"default", []os.Signal{syscall.SIGTERM}},
		{"default", []os.Signal{syscall.SIGINT}},
		{"default", []os.Signal{syscall.SIGHUP}},
		{"notify", []os.Signal{syscall.SIGTERM}},
		{"context", []os.Signal{syscall.SIGINT, syscall.SIGINT}},
		{"ignore", []os.Signal{syscall.SIGINT}},
	} {
		t.Run(fmt.Sprint(c.mode, c.send), func(t *testing.T) {
			if signal.Ignored(c.send[0]) {
				t.Skip("what started the tests, as nohup does, has programs ignore it")
			}
			service := fmt.Sprintf("signals-%s-%d-", c.mode, c.send[0]) // no beginning of another
			run := func(env []string, bin string) *process {
				p := start(t, env, bin, c.mode, url)
				for _, s := range c.send {
					for l := p.line(); l != "ready"; l = p.line() {
					}
					p.signal(s)
				}
				p.wait()
				return p
			}
			a := run(nil, plain)
			begin := time.Now()
			b := run(exporting(service), hooked)
			assert.Equal(t, a.wait(), b.wait())
			assert.Equal(t, a.stdout.String(), b.stdout.String())
			assert.Equal(t, a.stderr.String(), b.stderr.String())
			assert.Less(t, time.Since(begin), 5*time.Second)
			// The second signal of "context" is to kill.
			if c.mode != "context" {
				theOne.waitSpans(t, service, 1)
			}
		})
	}
}

// A second Ctrl-C does not wait for a Collector that hangs.
func TestSecondSignal(t *testing.T) {
	release := make(chan struct{})
	hangs := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
	t.Cleanup(hangs.Close)
	t.Cleanup(func() { close(release) })
	p := start(t, []string{"OTEL_EXPORTER_OTLP_ENDPOINT=" + hangs.URL, "OTEL_GO_FLUSH_TIMEOUT=15000"},
		build(t, true, "programs", "./signals"), "default", somebody(t))
	p.line()
	p.signal(syscall.SIGINT)
	time.Sleep(100 * time.Millisecond)
	begin := time.Now()
	p.signal(syscall.SIGINT)
	assert.Equal(t, syscall.SIGINT, p.wait().Signal())
	assert.Less(t, time.Since(begin), 2*time.Second)
}

// Goroutines of a request join it, pooled workers by the context they are
// handed only, and none continues a request that is over.
func TestGoroutines(t *testing.T) {
	p := start(t, exporting("workers"), build(t, true, "programs", "./workers"))
	base := p.line()
	const n = 10
	for i := range n {
		for _, path := range []string{"pooled", "detached", "spawned"} {
			code, _ := get(t, fmt.Sprintf("%s/%s/%d", base, path, i))
			assert.Equal(t, 200, code)
		}
	}
	traces := theOne.waitSpans(t, "workers", n*(3+3+7))
	count := map[string]int{}
	for _, spans := range traces {
		count[strings.ReplaceAll(tree(spans), "workers/", "")]++
	}
	const leaf = "client/GET(server/GET /leaf/{id})"
	late := fmt.Sprintf("server/GET /pooled/{id}(%s)", leaf)
	assert.Equal(t, n, count[late], draw(traces))
	assert.Equal(t, n, count[fmt.Sprintf("server/GET /spawned/{id}(%s %s %s)", leaf, leaf, leaf)], draw(traces))
	// The workers were started by the first request, which is over.
	assert.Equal(t, n, count["server/GET /detached/{id}"], draw(traces))
	assert.Equal(t, n, count[leaf], draw(traces))
}

// Nothing is made twice where the program uses OpenTelemetry itself, of newer
// versions than the SDK asks for, and a provider of its own gets everything.
func TestByHand(t *testing.T) {
	bin := build(t, true, "byhand", ".")
	p := start(t, exporting("byhand"), bin, "ours")
	assert.Equal(t, 0, p.wait().ExitStatus())
	for _, spans := range theOne.waitSpans(t, "byhand", 4) {
		assert.Len(t, spans, 4, "one trace")
		assert.Equal(t, "work", spans[slices.IndexFunc(spans, func(s span) bool { return s.Parent == "" })].Name)
	}

	logged := theOne.logs(t, "byhand")
	for deadline := time.Now().Add(20 * time.Second); len(logged) == 0 && time.Now().Before(deadline); {
		time.Sleep(50 * time.Millisecond)
		logged = theOne.logs(t, "byhand")
	}
	require.Len(t, logged, 1, "the bridge's records arrive")
	for _, spans := range theOne.spans(t, "byhand") {
		assert.Equal(t, spans[0].Trace, logged["inside a request"], "and belong to the trace")
	}

	p = start(t, exporting("byhand-own"), bin, "own")
	assert.Equal(t, 0, p.wait().ExitStatus())
	assert.Equal(t, 4, strings.Count(p.stdout.String(), "\n"), p.stdout)
	assert.Equal(t, 3, strings.Count(p.stdout.String(), " true\n"), "all but the root have a parent: %s", p.stdout)
	assert.Empty(t, p.stderr.String())
	theOne.waitSpans(t, "byhand-own", 0)
}

// Whoever sends an HTTP request, it has one client span, and the server's span is
// its child.
func TestTransports(t *testing.T) {
	plain := start(t, nil, build(t, false, "programs", "./transports"))
	plain.wait()
	p := start(t, exporting("transports"), build(t, true, "programs", "./transports"))
	require.Equal(t, 0, p.wait().ExitStatus(), p.stderr)
	assert.Equal(t, plain.stdout.String(), p.stdout.String())
	clients, servers := map[string][]span{}, map[string][]span{}
	for _, spans := range theOne.waitSpans(t, "transports", 10+10) {
		for _, s := range spans {
			if s.Kind == "server" {
				servers[s.Attrs["url.path"]] = append(servers[s.Attrs["url.path"]], s)
			} else if u, err := url.Parse(s.Attrs["url.full"]); assert.NoError(t, err) {
				clients[u.Path] = append(clients[u.Path], s)
			}
		}
	}
	for path, want := range map[string]struct {
		parent  string // whose handler sends it
		arrives int
	}{
		"/direct": {"", 1}, "/client": {"", 1}, "/redirecting": {"", 1}, "/redirected": {"", 1},
		"/proxying": {"", 1}, "/proxied": {"/proxying", 1}, "/passing": {"", 1}, "/passed": {"/passing", 1},
		"/twice": {"", 2}, "/refused": {"", 0},
	} {
		require.Len(t, clients[path], 1, path)
		c := clients[path][0]
		assert.Equal(t, "client", c.Kind)
		assert.Equal(t, path == "/refused", c.Failed, path)
		assert.Len(t, servers[path], want.arrives, path)
		for _, s := range servers[path] {
			assert.Equal(t, c.ID, s.Parent, path)
		}
		if want.parent != "" {
			assert.Equal(t, servers[want.parent][0].ID, c.Parent, path)
		}
	}
}

func TestProgramsAreUntouched(t *testing.T) {
	for _, dir := range []string{"programs", "byhand"} {
		before := digest(t, dir)
		text, err := otel(dir, nil, "go", "build", "-o", filepath.Join(t.TempDir(), "x")+"/", "./...")
		require.NoError(t, err, text)
		assert.Equal(t, before, digest(t, dir))
	}
}
