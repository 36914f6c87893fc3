package e2e

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The library tests run each program of test/e2e/libraries twice: unchanged
// under the tool, and built with -tags byhand, where it is instrumented with the
// official packages and exports by itself.

// libraryService names a run: no two runs share a name, nor the beginning of one.
func libraryService(program string, byHand bool, args ...string) string {
	name := "lib-" + program
	if len(args) > 0 {
		name += "-" + args[0]
	}
	if byHand {
		return name + "-hand"
	}
	return name + "-auto"
}

// library runs a program until it has ended well, and returns what arrived.
func library(t *testing.T, program string, byHand bool, spans int, args ...string) []span {
	t.Helper()
	return libraryAs(t, libraryService(program, byHand, args...), program, byHand, spans, args...)
}

// runLibrary runs a program until it has ended well.
func runLibrary(t *testing.T, service, program string, byHand bool, args ...string) *process {
	t.Helper()
	var flags []string
	if byHand {
		flags = []string{"-tags=byhand"}
	}
	p := start(t, exporting(service), build(t, !byHand, "libraries", "./"+program, flags...), args...)
	require.Equal(t, 0, p.wait().ExitStatus(), "%s%s", p.stdout, p.stderr)
	assert.Empty(t, p.stderr.String(), service)
	return p
}

// libraryAs is for a second run of a program, under another name.
func libraryAs(t *testing.T, service, program string, byHand bool, spans int, args ...string) []span {
	t.Helper()
	runLibrary(t, service, program, byHand, args...)
	traces := theOne.waitSpans(t, service, spans)
	require.Len(t, traces, 1, "one trace: %s", draw(traces))
	for _, s := range traces {
		return s
	}
	return nil
}

// workSpan returns the one server span of work.Main.
func workSpan(t *testing.T, spans []span) span {
	t.Helper()
	i := slices.IndexFunc(spans, func(s span) bool { return s.Kind == "server" && s.Attrs["url.path"] == "/work" })
	require.GreaterOrEqual(t, i, 0, draw(map[string][]span{"": spans}))
	return spans[i]
}

// below returns the spans under it.
func below(t *testing.T, spans []span) []span {
	t.Helper()
	in := map[string]bool{workSpan(t, spans).ID: true}
	var out []span
	for grew := true; grew; {
		grew = false
		for _, s := range spans {
			if in[s.Parent] && !in[s.ID] {
				in[s.ID], grew = true, true
				out = append(out, s)
			}
		}
	}
	slices.SortFunc(out, func(a, b span) int { return int(a.Begin - b.Begin) })
	return out
}

func parentOf(spans []span, s span) int {
	return slices.IndexFunc(spans, func(p span) bool { return p.ID == s.Parent })
}

// describe writes spans in full but for ids, times and what else differs from
// run to run: one line each, under its parent's.
func describe(spans []span, volatile ...string) string {
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
	var b strings.Builder
	var write func(parent, indent string)
	write = func(parent, indent string) {
		list := children[parent]
		slices.SortFunc(list, func(a, b span) int { return int(a.Begin - b.Begin) })
		for _, s := range list {
			fmt.Fprintf(&b, "%s%s %s", indent, s.Kind, s.Name)
			for _, k := range slices.Sorted(maps.Keys(s.Attrs)) {
				v := s.Attrs[k]
				if slices.Contains(volatile, k) {
					v = "…"
				}
				fmt.Fprintf(&b, " %s=%s", k, v)
			}
			if s.Failed {
				fmt.Fprintf(&b, " failed: %s", s.Message)
			}
			b.WriteByte('\n')
			write(s.ID, indent+"  ")
		}
	}
	write("", "")
	return b.String()
}

// scopes lists who made the spans.
func scopes(spans []span) []string {
	m := map[string]bool{}
	for _, s := range spans {
		m[s.Scope] = true
	}
	return slices.Sorted(maps.Keys(m))
}

func TestLibraryGRPC(t *testing.T) {
	auto := below(t, library(t, "rpc", false, 2+6))
	assert.Equal(t, []string{"go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc"}, scopes(auto))
	got := describe(auto, "server.port")
	const check = "grpc.health.v1.Health/Check rpc.method=grpc.health.v1.Health/Check rpc.response.status_code="
	assert.Contains(t, got, "client "+check+"OK rpc.system.name=grpc server.address=127.0.0.1 server.port=…\n"+
		"  server "+check+"OK")
	assert.Contains(t, got, "client "+check+"NOT_FOUND rpc.system.name=grpc server.address=127.0.0.1 server.port=… failed: unknown service\n"+
		"  server "+check+"NOT_FOUND")
	assert.Contains(t, got, "client grpc.health.v1.Health/Watch")
	theOne.waitMetrics(t, libraryService("rpc", false), "rpc.server.call.duration", "rpc.client.call.duration")
}

// Both major versions of the MongoDB driver.
func TestLibraryMongo(t *testing.T) {
	for _, program := range []string{"mongo2", "mongo1"} {
		t.Run(program, func(t *testing.T) {
			got := strings.Split(strings.TrimSpace(describe(below(t, library(t, program, false, 2+4)), "server.port")), "\n")
			require.Len(t, got, 4)
			for i, op := range []string{"insert", "find", "update", "drop"} {
				assert.True(t, strings.HasPrefix(got[i], "client "+op+" users db.collection.name=users db.namespace=shop db.operation.name="+op+" "), got[i])
				assert.Contains(t, got[i], `db.query.text={"`+op+`":"users"`)
				assert.Contains(t, got[i], "db.system.name=mongodb")
				assert.Contains(t, got[i], "server.address=127.0.0.1 server.port=…")
				assert.NotContains(t, got[i], "secret")
				assert.Equal(t, op == "drop", strings.Contains(got[i], " failed: "), got[i])
			}
			assert.Contains(t, got[1], `{"find":"users","filter":{"name":?}`)
			if program == "mongo2" {
				assert.Contains(t, got[3], "db.response.status_code=13 ")
			} else {
				assert.Contains(t, got[3], "error.type=Unauthorized")
			}
			theOne.waitMetrics(t, libraryService(program, false), "db.client.operation.duration")
		})
	}
}
