package serverspan

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"go.opentelemetry.io/otel/trace"
)

func TestPatterns(t *testing.T) {
	for _, c := range []struct {
		pattern, path string
		want          bool
	}{
		{"/healthz", "/healthz", true},
		{"/healthz", "/healthz/", false},
		{"/health*", "/healthz", true},
		{"*/ready", "/a/ready", true},
		{"/a/*/c", "/a/b/c", true},
		{"/a/*/c", "/a/c", false},
		{"/a*a", "/a", false},
		{"*x*y*", "-x-y-", true},
		{"*x*y*", "-y-x-", false},
		{" /one , /two ", "/two", true},
		{"", "", false},
	} {
		got := false
		for _, p := range parsePatterns(c.pattern) {
			got = got || matches(p, c.path)
		}
		assert.Equal(t, c.want, got, "%q %q", c.pattern, c.path)
	}
}

func TestUnsampled(t *testing.T) {
	ctx, sp := Unsampled(context.Background())
	sc := trace.SpanContextFromContext(ctx)
	assert.True(t, sc.IsValid())
	assert.False(t, sc.IsSampled())
	assert.Equal(t, sc, sp.SpanContext())
}
