package span

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/registry"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/spantest"
)

func charge(ctx context.Context, id int, items []string, fail error) (inner context.Context, err error) {
	defer Start(&ctx, "example.com/shop", "shop.charge", []string{"kind", "client", "args", "id,f(items, 1)", "peer.service", "bank"}, id, items).End(&err)
	if fail != nil && fail.Error() == "panic" {
		panic(fail)
	}
	return ctx, fail
}

func plain() { defer Start(nil, "example.com/shop", "shop.plain", []string{"name", "a name"}).End(nil) }

func TestSpan(t *testing.T) {
	r := spantest.Install()
	ctx, err := charge(context.Background(), 3, []string{"a"}, nil)
	require.NoError(t, err)
	_, err = charge(ctx, 4, nil, errors.New("broken"))
	require.Error(t, err)
	assert.PanicsWithError(t, "panic", func() { _, _ = charge(nil, 5, nil, errors.New("panic")) }) //nolint
	plain()
	s := r.Ended()
	require.Len(t, s, 4)
	assert.Equal(t, "shop.charge", s[0].Name())
	assert.Equal(t, trace.SpanKindClient, s[0].SpanKind())
	assert.Equal(t, "example.com/shop", s[0].InstrumentationScope().Name)
	assert.Equal(t, codes.Unset, s[0].Status().Code)
	for name, want := range map[string]string{"id": "3", "f(items, 1)": `["a"]`, "peer.service": "bank", "code.function.name": "example.com/shop.charge"} {
		assert.Equal(t, want, spantest.Attr(s[0], name))
	}
	assert.Equal(t, s[0].SpanContext().SpanID(), s[1].Parent().SpanID(), "the context is the span's")
	assert.Equal(t, "broken", s[1].Status().Description)
	assert.Equal(t, "*errors.errorString", spantest.Attr(s[1], "error.type"))
	assert.Equal(t, codes.Error, s[2].Status().Code)
	assert.Equal(t, "panic", spantest.Attr(s[2], "error.type"))
	assert.Equal(t, "a name", s[3].Name())

	registry.SetEnabled("span", false)
	defer registry.SetEnabled("span", true)
	plain()
	assert.Len(t, r.Ended(), 4)
	assert.Len(t, value(strings.Repeat("x", 3)).AsString(), 3)
	assert.Less(t, len(value(struct{ s string }{strings.Repeat("x", 5000)}).AsString()), 1100)
}
