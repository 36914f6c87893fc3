package registry

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestEnvironment(t *testing.T) {
	for _, c := range []struct {
		name, only, without string
		rule, lib           string
		want                bool
	}{
		{"default", "", "", "redis_new_client", "redis", true},
		{"only others", "nethttp", "", "redis_new_client", "redis", false},
		{"only this library", " NetHTTP , redis", "", "redis_new_client", "redis", true},
		{"only this rule", "redis_new_ring", "", "redis_new_client", "redis", false},
		{"without the library", "", "redis", "redis_new_client", "redis", false},
		{"without another rule", "", "redis_new_ring", "redis_new_client", "redis", true},
		{"without wins", "redis", "redis", "redis_new_client", "redis", false},
		{"what all stand on", "redis", "", "otel_sdk_span_end", "otel-sdk", true},
		{"unless it is named", "redis", "otel-sdk", "otel_sdk_span_end", "otel-sdk", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			tab := newTable(func(name string) string {
				return map[string]string{enabledVar: c.only, disabledVar: c.without}[name]
			})
			assert.Equal(t, c.want, tab.on(c.rule, c.lib))
		})
	}
}

func TestSwitch(t *testing.T) {
	s := Switch("sr", "sl")
	assert.True(t, s.Load())
	SetEnabled("sl", false)
	assert.False(t, s.Load())
	SetEnabled("sr", true)
	assert.True(t, s.Load())
}
