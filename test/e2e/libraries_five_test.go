package e2e

import (
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// One service over five libraries, with a pool of workers: 1,000 requests are
// 1,000 traces, none lost, none crossed. utils/long/five-race runs it under the
// race detector, whose build of all these libraries takes long.
func TestFiveLibraries(t *testing.T) {
	var flags []string
	if os.Getenv("E2E_RACE") != "" {
		flags = append(flags, "-race")
	}
	postgres := startPostgres(t)
	const n = 1000
	p := start(t, exporting("five", "OTEL_BSP_MAX_QUEUE_SIZE=50000"), build(t, true, "libraries", "./five", flags...),
		redisAddr, dsnOf("pgx", postgres))
	base := p.line()
	begin := time.Now()
	errs := make(chan error, n)
	sem := make(chan struct{}, 16)
	for i := range n {
		sem <- struct{}{}
		go func() {
			defer func() { <-sem }()
			resp, err := client.Post(fmt.Sprintf("%s/orders/%d", base, i), "", nil)
			if err == nil {
				resp.Body.Close()
				if resp.StatusCode != 200 {
					err = fmt.Errorf("order %d: %s", i, resp.Status)
				}
			}
			errs <- err
		}()
	}
	for range n {
		require.NoError(t, <-errs)
	}
	t.Logf("%d requests in %s", n, time.Since(begin).Round(time.Millisecond))
	// The table is made outside any request. All must have come before the
	// consumer is told to end.
	const each = 10
	traces := theOne.waitSpans(t, "five", each*n+1)
	p.signal(syscall.SIGTERM)
	assert.Equal(t, 0, p.wait().ExitStatus())
	assert.NotContains(t, p.stderr.String(), "DATA RACE")
	assert.Empty(t, p.stderr.String())

	require.Len(t, traces, n+1)
	const want = "server/POST /orders/{id}(client/grpc.health.v1.Health/Check(server/grpc.health.v1.Health/Check(" +
		"client/BEGIN client/INSERT orders client/COMMIT client/INCR producer/send orders(consumer/process orders(client/SET)))))"
	for _, spans := range traces {
		if len(spans) == 1 && spans[0].Name == "CREATE orders" {
			continue
		}
		require.Equal(t, want, strings.ReplaceAll(tree(spans), "five/", ""))
		_, id, _ := strings.Cut(find(t, spans, "five", "server", "POST /orders/{id}").Attrs["url.path"], "/orders/")
		require.NotEmpty(t, id)
		assert.Equal(t, "INCR five:"+id, find(t, spans, "five", "client", "INCR").Attrs["db.query.text"])
		assert.True(t, strings.HasPrefix(find(t, spans, "five", "client", "SET").Attrs["db.query.text"], "SET shipped:"+id+" "))
	}
}
