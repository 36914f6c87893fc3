// Package stdlog exports the records of log/slog and the lines of package log
// over OTLP, with the official otelslog bridge, beside what the program does
// with them. It is linked on request: otel --with logs.
//
// Each record is exported once, whatever handlers it passes: at the logger, whose
// handler is paired with one of otelslog's that follows its attributes and
// groups. What the program's handler is not enabled for is not exported either.
package stdlog

import (
	"context"
	"log/slog"
	"reflect"
	"sync"
	"unsafe"

	"go.opentelemetry.io/contrib/bridges/otelslog"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/goctx"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook/otellog"
)

const otelslogPackage = "go.opentelemetry.io/contrib/bridges/otelslog"

var bridge = sync.OnceValue(func() slog.Handler {
	return otellog.Making(func() slog.Handler { return otelslog.NewHandler("log/slog") })
})

// pair is the program's handler and the bridge.
type pair struct {
	slog.Handler
	bridge slog.Handler
}

type exportedKey struct{}

func (p *pair) Handle(ctx context.Context, r slog.Record) error {
	// A handler of the program's may hand on to another logger's.
	if ctx == nil || ctx.Value(exportedKey{}) == nil {
		p.export(ctx, r)
		if ctx == nil {
			ctx = context.Background()
		}
		ctx = context.WithValue(ctx, exportedKey{}, true)
	}
	return p.Handler.Handle(ctx, r)
}

func (p *pair) export(ctx context.Context, r slog.Record) {
	if ctx == nil {
		ctx = context.Background()
	}
	if goctx.Suppressed(ctx) || otellog.HasOwn(otelslogPackage) || !p.bridge.Enabled(ctx, r.Level) {
		return
	}
	// A LogValuer that panics is reported by the program's handler.
	defer func() { _ = recover() }()
	_ = p.bridge.Handle(ctx, r.Clone())
}

func (p *pair) WithAttrs(attrs []slog.Attr) slog.Handler {
	return &pair{p.Handler.WithAttrs(attrs), p.bridge.WithAttrs(attrs)}
}

func (p *pair) WithGroup(name string) slog.Handler {
	if name == "" {
		return p
	}
	return &pair{p.Handler.WithGroup(name), p.bridge.WithGroup(name)}
}

// defaultHandler is the type of the handler that slog begins with. What has it
// as its outermost handler keeps it: SetDefault tells by it whether package log
// is below it or above it.
var defaultHandler = reflect.TypeOf(slog.Default().Handler())

// needs tells whether what h handles is not exported yet.
func needs(h slog.Handler) bool {
	switch h.(type) {
	case nil, *pair, *otelslog.Handler:
		return false
	}
	return true
}

// BeforeNew pairs the handler of a new logger.
func BeforeNew(c hook.Context) {
	if h, _ := c.GetParam(0).(slog.Handler); needs(h) && reflect.TypeOf(h) != defaultHandler {
		c.SetParam(0, &pair{h, bridge()})
	}
}

// handlerAt is where a logger holds its handler; Logger.Handler may be a target.
var handlerAt = func() int {
	f, ok := reflect.TypeFor[slog.Logger]().FieldByName("handler")
	if !ok || f.Type != reflect.TypeFor[slog.Handler]() {
		return -1
	}
	return int(f.Offset)
}()

// pairs has, for each logger that is older than the hooks or stands on the
// default handler, the one that takes its place.
var pairs sync.Map

// BeforeUse runs when a logger is used, or another made of it.
func BeforeUse(c hook.Context) {
	l, _ := c.GetParam(0).(*slog.Logger)
	if l == nil || handlerAt < 0 {
		return
	}
	h := *(*slog.Handler)(unsafe.Add(unsafe.Pointer(l), handlerAt))
	if !needs(h) {
		return
	}
	other, there := pairs.Load(l)
	if !there {
		other, _ = pairs.LoadOrStore(l, otellog.Making(func() *slog.Logger { return slog.New(&pair{h, resumed(h)}) }))
	}
	c.SetParam(0, other)
}

// resumed returns a bridge that has the attributes and groups of a handler which
// is older than the hooks: one that a package's variable was given. slog's own
// hold them as text; those of other handlers are not known.
func resumed(h slog.Handler) slog.Handler {
	out := bridge()
	// A type assertion would not do for the default handler.
	v := reflect.ValueOf(h)
	if v.Kind() != reflect.Pointer || v.Type().Elem().PkgPath() != "log/slog" {
		return out
	}
	common := reflect.Indirect(v.Elem().Field(0))
	if common.Kind() != reflect.Struct {
		return out
	}
	text, groups := common.FieldByName("preformattedAttrs"), common.FieldByName("groups")
	if !text.IsValid() || !groups.IsValid() {
		return out
	}
	levels := []otellog.Level{otellog.FromText(string(text.Bytes()))}
	if _, isJSON := h.(*slog.JSONHandler); isJSON {
		levels = otellog.FromJSON(text.Bytes())
	}
	for _, l := range levels {
		if l.Name != "" {
			out = out.WithGroup(l.Name)
		}
		if len(l.Fields) > 0 {
			attrs := make([]slog.Attr, len(l.Fields))
			for i, f := range l.Fields {
				attrs[i] = slog.Any(f.Key, f.Value)
			}
			out = out.WithAttrs(attrs)
		}
	}
	for i := len(levels) - 1; i < groups.Len(); i++ {
		out = out.WithGroup(groups.Index(i).String())
	}
	return out
}

// BeforeSetDefault gives a logger that stands on the default handler back what
// SetDefault knows it by. Of others it makes the writer that package log gets.
func BeforeSetDefault(c hook.Context) {
	l, _ := c.GetParam(0).(*slog.Logger)
	if l == nil {
		return
	}
	if reflect.TypeOf(l.Handler()) != defaultHandler {
		BeforeUse(c)
	}
	p, _ := l.Handler().(*pair)
	if p == nil || reflect.TypeOf(p.Handler) != defaultHandler {
		return
	}
	plain := otellog.Making(func() *slog.Logger { return slog.New(p.Handler) })
	pairs.Store(plain, l)
	c.SetParam(0, plain)
}
