package otelsetup

import (
	"context"
	"slices"
	"strings"
	"sync"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/propagation"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/linked"
)

// propagator is ours until the program sets one: what was taken from the API's
// global before then follows.
type propagator struct {
	// What the build has added is there when the program is ready.
	own    func() propagation.TextMapPropagator
	before any // see placeholder
}

func installPropagator(env func(string) string) {
	if !untouched(otel.GetTextMapPropagator()) {
		return
	}
	otel.SetTextMapPropagator(&propagator{sync.OnceValue(func() propagation.TextMapPropagator { return newPropagator(env) }), placeholder(otel.GetTextMapPropagator())})
}

// known are those of package with/propagators.
var known = []string{"b3", "b3multi", "jaeger", "xray", "ottrace"}

func newPropagator(env func(string) string) propagation.TextMapPropagator {
	names := env("OTEL_PROPAGATORS")
	if strings.TrimSpace(names) == "" {
		names = "tracecontext,baggage"
	}
	var list []propagation.TextMapPropagator
	for _, n := range strings.Split(names, ",") {
		switch n = strings.ToLower(strings.TrimSpace(n)); n {
		case "":
		case "tracecontext":
			list = append(list, propagation.TraceContext{})
		case "baggage":
			list = append(list, propagation.Baggage{})
		case "none":
			return propagation.NewCompositeTextMapPropagator()
		default:
			if p := linked.FindPropagator(n); p != nil {
				list = append(list, p)
			} else if slices.Contains(known, n) {
				sayOnce("OTEL_PROPAGATORS: this program was built without %s, and it is left out; build it with `otel --with propagators` (OTEL_WITH=propagators)", n)
			} else {
				sayOnce("OTEL_PROPAGATORS: there is no %q, and it is left out; there are tracecontext, baggage, none and, by `otel --with propagators`, %s", n, strings.Join(known, ", "))
			}
		}
	}
	return propagation.NewCompositeTextMapPropagator(list...)
}

func (p *propagator) current() propagation.TextMapPropagator {
	if g := otel.GetTextMapPropagator(); !same(g, p) && !same(g, p.before) {
		return g
	}
	return p.own()
}

func (p *propagator) Inject(ctx context.Context, c propagation.TextMapCarrier) {
	p.current().Inject(ctx, c)
}

func (p *propagator) Extract(ctx context.Context, c propagation.TextMapCarrier) context.Context {
	return p.current().Extract(ctx, c)
}

func (p *propagator) Fields() []string { return p.current().Fields() }
