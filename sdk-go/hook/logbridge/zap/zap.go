// Package zap exports the records of zap over OTLP, with the official otelzap
// bridge, beside what the program does with them. It is linked on request: otel
// --with logs.
//
// Each record is exported once, however many writers it has: at the logger,
// whose core is paired with one of otelzap's that follows its fields. What the
// program's core is not enabled for, or leaves out (a sampler), is not exported
// either.
package zap

import (
	"context"
	"sync"

	"go.opentelemetry.io/contrib/bridges/otelzap"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/goctx"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook/otellog"
	hookzap "github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook/zap"
)

var bridge = sync.OnceValue(func() zapcore.Core {
	return otellog.Making(func() zapcore.Core { return otelzap.NewCore("go.uber.org/zap") })
})

// pair is the program's core and the bridge.
type pair struct {
	zapcore.Core
	bridge zapcore.Core
}

func (p *pair) With(fields []zapcore.Field) zapcore.Core {
	return &pair{p.Core.With(fields), p.bridge.With(fields)}
}

// Level is what zapcore.LevelOf asks for.
func (p *pair) Level() zapcore.Level { return zapcore.LevelOf(p.Core) }

func (p *pair) Check(e zapcore.Entry, ce *zapcore.CheckedEntry) *zapcore.CheckedEntry {
	out := p.Core.Check(e, ce)
	// That several cores check one entry is seen by its being there already;
	// then only the level tells whether this one has taken it.
	if out == nil || out == ce && !p.Core.Enabled(e.Level) || goctx.Suppressed(context.Background()) ||
		otellog.HasOwn("go.opentelemetry.io/contrib/bridges/otelzap") {
		return out
	}
	return p.bridge.Check(e, out)
}

// needs tells whether records that core writes are not exported yet. A core that
// writes nothing needs no bridge.
func needs(core zapcore.Core) bool {
	_, is := core.(*pair)
	return !is && core != nil && core.Enabled(zapcore.FatalLevel)
}

// BeforeNew pairs the core of a new logger.
func BeforeNew(c hook.Context) {
	if core, _ := c.GetParam(0).(zapcore.Core); needs(core) {
		c.SetParam(0, &pair{core, bridge()})
	}
}

// pairs has, for each logger that is older than the hooks, the one that takes
// its place.
var pairs sync.Map

// resumed returns a bridge that has the fields of a core which is older than the
// hooks. zap's own cores hold them as text.
func resumed(core zapcore.Core) zapcore.Core {
	var fields []zapcore.Field
	for _, l := range otellog.FromJSON(hookzap.Context(core)) {
		if l.Name != "" {
			fields = append(fields, zap.Namespace(l.Name))
		}
		for _, f := range l.Fields {
			fields = append(fields, zap.Any(f.Key, f.Value))
		}
	}
	if len(fields) == 0 {
		return bridge()
	}
	return bridge().With(fields)
}

// BeforeUse runs when a logger is used, or another made of it.
func BeforeUse(c hook.Context) {
	l, _ := c.GetParam(0).(*zap.Logger)
	if l == nil {
		return
	}
	core := l.Core()
	if !needs(core) {
		return
	}
	other, there := pairs.Load(l)
	if !there {
		other, _ = pairs.LoadOrStore(l, otellog.Making(func() *zap.Logger {
			return l.WithOptions(zap.WrapCore(func(zapcore.Core) zapcore.Core { return &pair{core, resumed(core)} }))
		}))
	}
	c.SetParam(0, other)
}
