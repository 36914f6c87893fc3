package e2e

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// tree writes a trace as nested names, children in the order they began:
// service/kind/name(child child).
func tree(spans []span) string {
	children := map[string][]span{}
	ids := map[string]bool{}
	for _, s := range spans {
		ids[s.ID] = true
	}
	for _, s := range spans {
		parent := s.Parent
		if !ids[parent] {
			parent = ""
		}
		children[parent] = append(children[parent], s)
	}
	var write func(parent string) string
	write = func(parent string) string {
		list := children[parent]
		slices.SortFunc(list, func(a, b span) int { return int(a.Begin - b.Begin) })
		var out []string
		for _, s := range list {
			text := s.service() + "/" + s.Kind + "/" + s.Name
			if inner := write(s.ID); inner != "" {
				text += "(" + inner + ")"
			}
			out = append(out, text)
		}
		return strings.Join(out, " ")
	}
	return write("")
}

func find(t *testing.T, spans []span, service, kind, name string) span {
	t.Helper()
	for _, s := range spans {
		if s.service() == service && s.Kind == kind && s.Name == name {
			return s
		}
	}
	require.Fail(t, "no such span", "%s %s %s in %s", service, kind, name, draw(map[string][]span{"": spans}))
	return span{}
}

// One request is one trace across two processes, gin and ServeMux, calls with
// the request's context and with context.Background().
func TestOneRequestIsOneTrace(t *testing.T) {
	stock := startShop(t, true, exporting("t1-stock"))
	orders := startShop(t, true, exporting("t1-orders"), "-peer", stock.stock)
	const n = 40
	var wg sync.WaitGroup
	for i := range n {
		wg.Add(1)
		go func() {
			defer wg.Done()
			code, body := get(t, fmt.Sprintf("%s/orders/%d?secret=1", orders.orders, i))
			assert.Equal(t, 200, code, body)
		}()
		if i%8 == 7 {
			wg.Wait()
		}
	}
	wg.Wait()
	const want = "t1-orders/server/GET /orders/:id(" +
		"t1-orders/client/GET t1-orders/client/SET t1-orders/client/INCR " +
		"t1-orders/client/GET(t1-stock/server/GET /stock/{id}(t1-stock/client/MULTI)))"
	traces := theOne.waitSpans(t, "t1-", 7*n)
	require.Len(t, traces, n, "one trace a request")
	for id, spans := range traces {
		require.Equal(t, want, tree(spans), id)
	}

	orders.signal(syscall.SIGTERM)
	stock.signal(syscall.SIGTERM)
	assert.Equal(t, 0, orders.wait().ExitStatus())
	assert.Equal(t, 0, stock.wait().ExitStatus())
	assert.Empty(t, orders.stderr.String())
	assert.Equal(t, 1, strings.Count(orders.stdout.String(), "\n"), "nothing but its own line on standard output")

	for _, spans := range traces {
		server := find(t, spans, "t1-orders", "server", "GET /orders/:id")
		host, port, _ := net.SplitHostPort(strings.TrimPrefix(orders.orders, "http://"))
		for k, v := range map[string]string{"http.route": "/orders/:id", "http.request.method": "GET",
			"http.response.status_code": "200", "url.scheme": "http", "server.address": host, "server.port": port} {
			assert.Equal(t, v, server.Attrs[k], k)
		}
		stockServer := find(t, spans, "t1-stock", "server", "GET /stock/{id}")
		assert.Equal(t, "/stock/{id}", stockServer.Attrs["http.route"])
		incr := find(t, spans, "t1-orders", "client", "INCR")
		redisHost, redisPort, _ := net.SplitHostPort(redisAddr)
		for k, v := range map[string]string{"db.system.name": "redis", "db.operation.name": "INCR", "db.namespace": "0",
			"server.address": redisHost, "server.port": redisPort} {
			assert.Equal(t, v, incr.Attrs[k], k)
		}
		assert.True(t, strings.HasPrefix(incr.Attrs["db.query.text"], "INCR seen:"))
		set := find(t, spans, "t1-orders", "client", "SET")
		assert.NotContains(t, set.Attrs["db.query.text"], "customer", "no values")
		multi := find(t, spans, "t1-stock", "client", "MULTI")
		assert.Equal(t, "2", multi.Attrs["db.operation.batch.size"])
		for _, s := range spans {
			assert.NotContains(t, s.Attrs, "http.method", "no old conventions")
			assert.NotContains(t, s.Attrs, "db.system", "no old conventions")
			assert.False(t, s.Failed)
			assert.Equal(t, "opentelemetry-go-compile-instrumentation", s.Resource["telemetry.distro.name"])
			assert.NotEmpty(t, s.Resource["telemetry.distro.version"])
			assert.NotEmpty(t, s.Resource["host.name"])
			assert.NotEmpty(t, s.Resource["process.pid"])
		}
		break
	}

	// Metrics of the program's whole life are there after SIGTERM.
	m := theOne.waitMetrics(t, "t1-orders", "http.server.request.duration",
		"http.client.request.duration", "db.client.operation.duration")
	assert.True(t, slices.ContainsFunc(m["http.server.request.duration"], func(a map[string]string) bool {
		return a["http.route"] == "/orders/:id"
	}), "%v", m["http.server.request.duration"])
}

// A caller's trace goes on; a worker that outlives requests joins the one whose
// context it was handed.
func TestCallerAndWorkers(t *testing.T) {
	s := startShop(t, true, exporting("t2"))
	req := "00-%032x-%016x-01"
	for i := range 3 {
		r, err := newRequest(s.orders + "/jobs/t2-" + fmt.Sprint(i))
		require.NoError(t, err)
		r.Header.Set("traceparent", fmt.Sprintf(req, i+1, 7))
		resp, err := client.Do(r)
		require.NoError(t, err)
		resp.Body.Close()
		assert.Equal(t, 204, resp.StatusCode)
	}
	traces := theOne.waitSpans(t, "t2", 9)
	for i := range 3 {
		spans := traces[fmt.Sprintf("%032x", i+1)]
		assert.Equal(t, "t2/server/GET /jobs/:id(t2/client/GET t2/client/SET)", tree(spans))
		assert.Equal(t, fmt.Sprintf("%016x", 7), find(t, spans, "t2", "server", "GET /jobs/:id").Parent)
	}
}

func TestErrorsAndUnknownRoutes(t *testing.T) {
	s := startShop(t, true, exporting("t3"))
	for path, code := range map[string]int{"/api/broken/1": 500, "/api/panic": 500, "/nothing": 404} {
		got, _ := get(t, s.orders+path)
		assert.Equal(t, code, got)
	}
	byName := map[string]span{}
	for _, spans := range theOne.waitSpans(t, "t3", 5) {
		for _, x := range spans {
			byName[x.Name] = x
		}
	}
	assert.True(t, byName["LPUSH"].Failed)
	assert.Equal(t, "WRONGTYPE", byName["LPUSH"].Attrs["error.type"])
	assert.Equal(t, "WRONGTYPE", byName["LPUSH"].Attrs["db.response.status_code"])
	assert.False(t, byName["SET"].Failed)
	assert.True(t, byName["GET /api/broken/:id"].Failed)
	assert.Contains(t, byName["GET /api/broken/:id"].Attrs["gin.errors"], "WRONGTYPE")
	assert.True(t, byName["GET /api/panic"].Failed)
	assert.False(t, byName["GET"].Failed, "404 is the caller's fault")
	assert.NotContains(t, byName["GET"].Attrs, "http.route")
}

func TestRedisDown(t *testing.T) {
	nowhere, err := freeAddress()
	require.NoError(t, err)
	var answers []string
	for _, instrumented := range []bool{false, true} {
		s := startShop(t, instrumented, exporting("t4"), "-redis", nowhere)
		code, body := get(t, s.orders+"/orders/1")
		answers = append(answers, fmt.Sprint(code, body))
		assert.Empty(t, strings.Join(telemetryLines(s.stderr.String()), "\n"))
	}
	assert.Equal(t, answers[0], answers[1])
	for _, spans := range theOne.waitSpans(t, "t4", 2) {
		assert.Equal(t, "t4/server/GET /orders/:id(t4/client/GET)", tree(spans))
		assert.True(t, find(t, spans, "t4", "client", "GET").Failed)
		assert.NotEmpty(t, find(t, spans, "t4", "client", "GET").Attrs["error.type"])
	}
}

func telemetryLines(s string) (out []string) {
	for _, l := range strings.Split(s, "\n") {
		if strings.HasPrefix(l, "otel:") {
			out = append(out, l)
		}
	}
	return
}

func TestSwitches(t *testing.T) {
	for _, c := range []struct {
		name string
		env  string
		want string
		n    int
	}{
		{"t5-without-redis", "OTEL_GO_DISABLED_INSTRUMENTATIONS=redis", "server/GET /jobs/:id", 1},
		{"t5-only-redis", "OTEL_GO_ENABLED_INSTRUMENTATIONS=redis", "client/GET client/SET", 2},
		{"t5-disabled", "OTEL_SDK_DISABLED=true", "", 0},
		{"t5-none", "OTEL_TRACES_EXPORTER=none", "", 0},
		{"t5-sampler", "OTEL_TRACES_SAMPLER=always_off", "", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := startShop(t, true, exporting(c.name, c.env))
			code, _ := get(t, s.orders+"/jobs/"+c.name)
			assert.Equal(t, 204, code)
			s.signal(syscall.SIGTERM)
			require.Equal(t, 0, s.wait().ExitStatus())
			assert.Empty(t, s.stderr.String())
			var got []string
			for _, spans := range theOne.waitSpans(t, c.name, c.n) {
				for _, x := range spans {
					got = append(got, x.Kind+"/"+x.Name)
				}
			}
			slices.Sort(got)
			assert.Equal(t, c.want, strings.Join(got, " "))
		})
	}
}

// Nobody asked for a Collector, and none is there: nothing is said, nothing
// waits. One that was asked for is missed in one line a signal.
func TestNoCollector(t *testing.T) {
	bin := build(t, true, "service", ".")
	begin := time.Now()
	p := start(t, []string{"OTEL_BSP_SCHEDULE_DELAY=50"}, bin, "-ping", "-redis", redisAddr)
	assert.Equal(t, 0, p.wait().ExitStatus())
	assert.Less(t, time.Since(begin), 1500*time.Millisecond)
	assert.Equal(t, "redis answers\n", p.stdout.String())
	assert.Empty(t, p.stderr.String())

	nowhere, err := freeAddress()
	require.NoError(t, err)
	s := startShop(t, true, []string{"OTEL_EXPORTER_OTLP_ENDPOINT=http://" + nowhere,
		"OTEL_BSP_SCHEDULE_DELAY=20", "OTEL_METRIC_EXPORT_INTERVAL=50"})
	for i := range 20 {
		code, _ := get(t, s.orders+"/jobs/"+fmt.Sprint(i))
		assert.Equal(t, 204, code)
	}
	time.Sleep(300 * time.Millisecond)
	begin = time.Now()
	s.signal(syscall.SIGTERM)
	assert.Equal(t, 0, s.wait().ExitStatus())
	assert.Less(t, time.Since(begin), 1500*time.Millisecond)
	said := telemetryLines(s.stderr.String())
	assert.Len(t, said, 2, "traces and metrics: %v", said)
}

func TestConsole(t *testing.T) {
	s := startShop(t, true, []string{"OTEL_TRACES_EXPORTER=console", "OTEL_METRICS_EXPORTER=none"})
	get(t, s.orders+"/orders/console")
	require.Eventually(t, func() bool { return strings.Contains(s.stderr.String(), "└─ MULTI") }, 5*time.Second, 20*time.Millisecond)
	assert.Contains(t, s.stderr.String(), "\n  GET /orders/:id ")
	assert.Contains(t, s.stderr.String(), "  └─ GET ")
	assert.Equal(t, 1, strings.Count(s.stderr.String(), "trace "), "both of the process's servers are in one tree")
	assert.Equal(t, 1, strings.Count(s.stdout.String(), "\n"))
}

// The service's own tests pass as they do without the tool.
func TestServicesOwnTests(t *testing.T) {
	for _, flags := range [][]string{{}, {"-race"}, {"-cover"}} {
		t.Run(strings.Join(flags, " "), func(t *testing.T) {
			args := append(append([]string{"go", "test", "-count=1", "-v"}, flags...), "./...")
			text, err := otel("service", exporting("t6", "SHOP_TEST_REDIS="+redisAddr), args...)
			require.NoError(t, err, text)
			assert.Contains(t, text, "--- PASS: TestOrder")
			assert.NotContains(t, text, "SKIP")
			assert.NotContains(t, text, "DATA RACE")
			if slices.Contains(flags, "-cover") {
				assert.Regexp(t, `coverage: [1-9]`, text)
			}
		})
	}
}

func TestServicesFolderIsUntouched(t *testing.T) {
	before := digest(t, "service")
	for _, args := range [][]string{
		{"go", "build", "-o", filepath.Join(t.TempDir(), "shop"), "."},
		{"go", "vet", "."},
		{"go", "run", ".", "-ping", "-redis", redisAddr},
	} {
		text, err := otel("service", []string{"OTEL_TRACES_EXPORTER=none", "OTEL_METRICS_EXPORTER=none"}, args...)
		require.NoError(t, err, text)
		assert.Equal(t, before, digest(t, "service"), "%v", args)
	}
}

// digest covers names, modes and bytes of everything below dir.
func digest(t *testing.T, dir string) string {
	t.Helper()
	h := sha256.New()
	require.NoError(t, filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		fmt.Fprintf(h, "%s %v\n", p, info.Mode())
		if d.Type().IsRegular() {
			data, err := os.ReadFile(p)
			if err != nil {
				return err
			}
			fmt.Fprintf(h, "%x\n", sha256.Sum256(data))
		}
		return nil
	}))
	return fmt.Sprintf("%x", h.Sum(nil))
}
