package otelsetup

import (
	"context"
	"strings"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/propagation"
)

// propagator is ours until the program sets one: what was taken from the API's
// global before then follows.
type propagator struct {
	own    propagation.TextMapPropagator
	before any // see placeholder
}

func installPropagator(env func(string) string) {
	if !untouched(otel.GetTextMapPropagator()) {
		return
	}
	otel.SetTextMapPropagator(&propagator{newPropagator(env), placeholder(otel.GetTextMapPropagator())})
}

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
			say("OTEL_PROPAGATORS: %q is not linked into this program and left out; tracecontext, baggage and none are", n)
		}
	}
	return propagation.NewCompositeTextMapPropagator(list...)
}

func (p *propagator) current() propagation.TextMapPropagator {
	if g := otel.GetTextMapPropagator(); !same(g, p) && !same(g, p.before) {
		return g
	}
	return p.own
}

func (p *propagator) Inject(ctx context.Context, c propagation.TextMapCarrier) {
	p.current().Inject(ctx, c)
}

func (p *propagator) Extract(ctx context.Context, c propagation.TextMapCarrier) context.Context {
	return p.current().Extract(ctx, c)
}

func (p *propagator) Fields() []string { return p.current().Fields() }
