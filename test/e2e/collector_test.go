package e2e

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// collector is a running OpenTelemetry Collector whose file exporter writes
// what it receives.
type collector struct {
	url  string // OTLP/HTTP
	grpc string // OTLP/gRPC
	file string
	dir  string
	cmd  *exec.Cmd
}

const collectorConfig = `
receivers:
  otlp:
    protocols:
      http:
        endpoint: %s
      grpc:
        endpoint: %s
exporters:
  file:
    path: %s
    flush_interval: 50ms
service:
  telemetry:
    logs:
      level: warn
    metrics:
      level: none
  pipelines:
    traces:  {receivers: [otlp], exporters: [file]}
    metrics: {receivers: [otlp], exporters: [file]}
    logs:    {receivers: [otlp], exporters: [file]}
`

// buildCollector builds the Collector from the official modules, once: it takes
// minutes where the build cache is empty.
func buildCollector() (string, error) {
	out := os.Getenv("E2E_BUILD")
	if out == "" {
		out = "../../build/e2e"
	}
	out, err := filepath.Abs(out)
	if err != nil {
		return "", err
	}
	bin := filepath.Join(out, "collector")
	cmd := exec.Command("go", "build", "-o", bin, ".")
	cmd.Dir = "collector"
	if text, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building the Collector: %w\n%s", err, text)
	}
	return bin, nil
}

func startCollector() (*collector, error) {
	addr, err := freeAddress()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "otel-e2e-collector-")
	if err != nil {
		return nil, err
	}
	c := &collector{url: "http://" + addr, file: filepath.Join(dir, "out.json"), dir: dir}
	return c, c.boot(addr)
}

// boot starts the Collector on an address.
func (c *collector) boot(addr string) error {
	bin, err := buildCollector()
	if err != nil {
		return err
	}
	grpc, err := freeAddress()
	if err != nil {
		return err
	}
	c.grpc = "http://" + grpc
	config := filepath.Join(c.dir, "config.yaml")
	if err := os.WriteFile(config, fmt.Appendf(nil, collectorConfig, addr, grpc, c.file), 0o666); err != nil {
		return err
	}
	var log bytes.Buffer
	c.cmd = exec.Command(bin, "--config", "file:"+config)
	c.cmd.Stdout, c.cmd.Stderr = &log, &log
	endWithParent(c.cmd)
	if err := c.cmd.Start(); err != nil {
		return err
	}
	if err := waitFor(addr, 20*time.Second); err != nil {
		c.stop()
		return fmt.Errorf("the Collector does not come up: %w\n%s", err, log.String())
	}
	return nil
}

func (c *collector) stop() {
	_ = c.cmd.Process.Signal(syscall.SIGTERM)
	done := make(chan struct{})
	go func() { _ = c.cmd.Wait(); close(done) }()
	select {
	case <-done:
	case <-time.After(10 * time.Second):
		_ = c.cmd.Process.Kill()
		<-done
	}
	_ = os.RemoveAll(c.dir)
}

// span is one span as it arrived.
type span struct {
	Trace, ID, Parent string
	Name, Kind        string
	Scope             string
	Attrs             map[string]string
	Typed             map[string]string // the same, with their types
	Events            []string
	Status            string // Unset, Ok, Error
	Failed            bool
	Message           string
	Begin, End        int64
	Resource          map[string]string
}

func (s span) service() string { return s.Resource["service.name"] }

// The parts of OTLP's JSON that are looked at.
type (
	otlpAttrs []struct {
		Key   string
		Value map[string]any
	}
	otlpResource struct{ Attributes otlpAttrs }
	otlpLine     struct {
		ResourceSpans []struct {
			Resource   otlpResource
			ScopeSpans []struct {
				Scope struct{ Name string }
				Spans []struct {
					TraceID, SpanID, ParentSpanID, Name string
					Kind                                int
					StartTimeUnixNano, EndTimeUnixNano  string
					Attributes                          otlpAttrs
					Events                              []struct {
						Name       string
						Attributes otlpAttrs
					}
					Status struct {
						Code    int
						Message string
					}
				}
			}
		}
		ResourceMetrics []struct {
			Resource     otlpResource
			ScopeMetrics []struct {
				Metrics []struct {
					Name, Unit string
					Histogram  struct {
						DataPoints []struct {
							Attributes otlpAttrs
							Count      string
						}
					}
				}
			}
		}
		ResourceLogs []struct {
			Resource  otlpResource
			ScopeLogs []struct {
				Scope      struct{ Name string }
				LogRecords []struct {
					TraceID, SpanID, SeverityText string
					SeverityNumber                int
					Body                          map[string]any
					Attributes                    otlpAttrs
				}
			}
		}
	}
)

func (a otlpAttrs) strings() map[string]string {
	m := map[string]string{}
	for _, kv := range a {
		for _, v := range kv.Value {
			m[kv.Key] = fmt.Sprint(v)
		}
	}
	return m
}

// typed returns the values as they are written in Go, and so told apart by type.
func (a otlpAttrs) typed() map[string]string {
	m := map[string]string{}
	for _, kv := range a {
		m[kv.Key] = literal(kv.Value)
	}
	return m
}

func literal(value map[string]any) string {
	for kind, v := range value {
		switch kind {
		case "stringValue":
			return strconv.Quote(fmt.Sprint(v))
		case "intValue", "boolValue":
			return fmt.Sprint(v)
		case "arrayValue":
			var list []string
			in, _ := v.(map[string]any)
			values, _ := in["values"].([]any)
			for _, v := range values {
				v, _ := v.(map[string]any)
				list = append(list, literal(v))
			}
			return "{" + strings.Join(list, ", ") + "}"
		case "kvlistValue":
			// Its elements have the shape of attributes.
			data, _ := json.Marshal(v)
			var in struct{ Values otlpAttrs }
			_ = json.Unmarshal(data, &in)
			return fmt.Sprint(in.Values.typed())
		}
		return fmt.Sprintf("%s(%v)", strings.TrimSuffix(kind, "Value"), v)
	}
	return "nil"
}

// lines calls f for everything that has arrived so far.
func (c *collector) lines(t *testing.T, f func(*otlpLine)) {
	t.Helper()
	data, err := os.ReadFile(c.file)
	if os.IsNotExist(err) {
		return
	}
	require.NoError(t, err)
	r := bufio.NewReader(bytes.NewReader(data))
	for {
		line, err := r.ReadBytes('\n')
		if err == io.EOF {
			return // a last line without its end is still being written
		}
		var l otlpLine
		require.NoError(t, json.Unmarshal(line, &l))
		f(&l)
	}
}

var kinds = map[int]string{1: "internal", 2: "server", 3: "client", 4: "producer", 5: "consumer"}

var statuses = map[int]string{0: "Unset", 1: "Ok", 2: "Error"}

// spans returns the spans of services whose names begin with prefix, by trace.
func (c *collector) spans(t *testing.T, prefix string) map[string][]span {
	t.Helper()
	out := map[string][]span{}
	c.lines(t, func(l *otlpLine) {
		for _, rs := range l.ResourceSpans {
			res := rs.Resource.Attributes.strings()
			if !strings.HasPrefix(res["service.name"], prefix) {
				continue
			}
			for _, ss := range rs.ScopeSpans {
				for _, s := range ss.Spans {
					begin, _ := strconv.ParseInt(s.StartTimeUnixNano, 10, 64)
					end, _ := strconv.ParseInt(s.EndTimeUnixNano, 10, 64)
					var events []string
					for _, e := range s.Events {
						events = append(events, fmt.Sprint(e.Name, " ", e.Attributes.typed()))
					}
					out[s.TraceID] = append(out[s.TraceID], span{
						Trace: s.TraceID, ID: s.SpanID, Parent: s.ParentSpanID, Name: s.Name, Kind: kinds[s.Kind],
						Scope: ss.Scope.Name, Attrs: s.Attributes.strings(), Typed: s.Attributes.typed(), Events: events,
						Status: statuses[s.Status.Code], Failed: s.Status.Code == 2,
						Message: s.Status.Message, Begin: begin, End: end, Resource: res})
				}
			}
		}
	})
	return out
}

// waitSpans waits until n spans have arrived, and a little more, for those that
// must not come.
func (c *collector) waitSpans(t *testing.T, prefix string, n int) map[string][]span {
	t.Helper()
	var got map[string][]span
	count := func() (sum int) {
		got = c.spans(t, prefix)
		for _, s := range got {
			sum += len(s)
		}
		return
	}
	deadline := time.Now().Add(20 * time.Second)
	for count() < n && time.Now().Before(deadline) {
		time.Sleep(50 * time.Millisecond)
	}
	time.Sleep(200 * time.Millisecond)
	require.Equal(t, n, count(), "spans of %s: %s", prefix, draw(got))
	return got
}

// metrics returns the metrics of a service: name to the attributes of its
// points.
func (c *collector) metrics(t *testing.T, service string) map[string][]map[string]string {
	t.Helper()
	out := map[string][]map[string]string{}
	c.lines(t, func(l *otlpLine) {
		for _, rm := range l.ResourceMetrics {
			if rm.Resource.Attributes.strings()["service.name"] != service {
				continue
			}
			for _, sm := range rm.ScopeMetrics {
				for _, m := range sm.Metrics {
					out[m.Name] = append(out[m.Name], nil)
					for _, p := range m.Histogram.DataPoints {
						out[m.Name] = append(out[m.Name], p.Attributes.strings())
					}
				}
			}
		}
	})
	return out
}

// waitMetrics waits until the named metrics have arrived: the Collector answers
// before it writes.
func (c *collector) waitMetrics(t *testing.T, service string, names ...string) map[string][]map[string]string {
	t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for {
		got := c.metrics(t, service)
		missing := slices.ContainsFunc(names, func(n string) bool { _, ok := got[n]; return !ok })
		if !missing {
			return got
		}
		require.True(t, time.Now().Before(deadline), "of metrics %v only %v arrived", names, got)
		time.Sleep(50 * time.Millisecond)
	}
}

// logs returns the log records of a service: text to trace.
func (c *collector) logs(t *testing.T, service string) map[string]string {
	t.Helper()
	out := map[string]string{}
	c.lines(t, func(l *otlpLine) {
		for _, rl := range l.ResourceLogs {
			if rl.Resource.Attributes.strings()["service.name"] != service {
				continue
			}
			for _, sl := range rl.ScopeLogs {
				for _, r := range sl.LogRecords {
					out[fmt.Sprint(r.Body["stringValue"])] = r.TraceID
				}
			}
		}
	})
	return out
}

// draw shows traces for messages.
func draw(traces map[string][]span) string {
	var b strings.Builder
	for id, spans := range traces {
		fmt.Fprintf(&b, "\ntrace %s\n", id)
		for _, s := range spans {
			fmt.Fprintf(&b, "  %s < %s  %-8s %-10s %s %v\n", s.ID, s.Parent, s.Kind, s.service(), s.Name, s.Attrs)
		}
	}
	return b.String()
}

// logRecord is one log record as it arrived.
type logRecord struct {
	Trace, Span, Scope, Severity, Body string
	Number                             int // of the severity
	Attrs                              map[string]any
	Typed                              map[string]string
}

// plain is a value of OTLP's JSON without the names of its types; integers come
// as text.
func plain(v any) any {
	m, _ := v.(map[string]any)
	for kind, v := range m {
		in, _ := v.(map[string]any)
		list, _ := in["values"].([]any)
		switch kind {
		case "kvlistValue":
			out := map[string]any{}
			for _, kv := range list {
				kv, _ := kv.(map[string]any)
				out[fmt.Sprint(kv["key"])] = plain(kv["value"])
			}
			return out
		case "arrayValue":
			var out []any
			for _, v := range list {
				out = append(out, plain(v))
			}
			return out
		}
		return v
	}
	return nil
}

// records returns the log records of one service.
func (c *collector) records(t *testing.T, service string) []logRecord {
	t.Helper()
	var out []logRecord
	c.lines(t, func(l *otlpLine) {
		for _, rl := range l.ResourceLogs {
			if rl.Resource.Attributes.strings()["service.name"] != service {
				continue
			}
			for _, sl := range rl.ScopeLogs {
				for _, r := range sl.LogRecords {
					attrs := map[string]any{}
					for _, kv := range r.Attributes {
						attrs[kv.Key] = plain(kv.Value)
					}
					out = append(out, logRecord{r.TraceID, r.SpanID, sl.Scope.Name, r.SeverityText,
						fmt.Sprint(plain(r.Body)), r.SeverityNumber, attrs, r.Attributes.typed()})
				}
			}
		}
	})
	return out
}
