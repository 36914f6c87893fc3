package serverspan

import (
	"context"
	"crypto/rand"
	"os"
	"strings"

	"go.opentelemetry.io/otel/trace"
)

// ExcludedVar names paths whose requests are no telemetry: health checks, say.
// Patterns separated by commas; * stands for any run of characters.
const ExcludedVar = "OTEL_GO_HTTP_EXCLUDED_PATHS"

var excluded = parsePatterns(os.Getenv(ExcludedVar))

func parsePatterns(s string) [][]string {
	var out [][]string
	for _, p := range strings.Split(s, ",") {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, strings.Split(p, "*"))
		}
	}
	return out
}

// Excluded tells whether requests for this path are to be left out.
func Excluded(path string) bool {
	for _, p := range excluded {
		if matches(p, path) {
			return true
		}
	}
	return false
}

// matches compares with the parts of a pattern between its stars.
func matches(parts []string, s string) bool {
	first, last := parts[0], parts[len(parts)-1]
	if len(parts) == 1 {
		return s == first
	}
	if len(s) < len(first)+len(last) || !strings.HasPrefix(s, first) || !strings.HasSuffix(s, last) {
		return false
	}
	s = s[len(first) : len(s)-len(last)]
	for _, p := range parts[1 : len(parts)-1] {
		i := strings.Index(s, p)
		if i < 0 {
			return false
		}
		s = s[i+len(p):]
	}
	return true
}

// Unsampled returns a context whose spans are not recorded, here and in the
// services called with it, as if a sampler had decided so: what a request that
// is left out does would otherwise make traces of its own.
func Unsampled(ctx context.Context) (context.Context, trace.Span) {
	var cfg trace.SpanContextConfig
	_, _ = rand.Read(cfg.TraceID[:])
	_, _ = rand.Read(cfg.SpanID[:])
	ctx = trace.ContextWithSpanContext(ctx, trace.NewSpanContext(cfg))
	return ctx, trace.SpanFromContext(ctx)
}
