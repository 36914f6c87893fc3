package prometheus

import (
	"context"
	"io"
	"net"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
)

func TestServes(t *testing.T) {
	assert.Equal(t, "localhost:9464", address(func(string) string { return "" }))
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	host, port, _ := net.SplitHostPort(l.Addr().String())
	t.Setenv("OTEL_EXPORTER_PROMETHEUS_HOST", host)
	t.Setenv("OTEL_EXPORTER_PROMETHEUS_PORT", port)
	_, err = newReader(context.Background())
	assert.Error(t, err, "the address is in use")
	l.Close()
	r, err := newReader(context.Background())
	require.NoError(t, err)
	c, err := sdkmetric.NewMeterProvider(sdkmetric.WithReader(r)).Meter("m").Int64Counter("orders")
	require.NoError(t, err)
	c.Add(context.Background(), 3)
	resp, err := http.Get("http://" + l.Addr().String() + "/metrics")
	require.NoError(t, err)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	assert.Contains(t, string(text), "orders_total")
}
