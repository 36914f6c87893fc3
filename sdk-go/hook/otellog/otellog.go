// Package otellog installs the official log SDK where the program has a bridge
// from its logger to OpenTelemetry (otelslog, otelzap, …) but no provider of its
// own. OTEL_LOGS_EXPORTER is otlp, console or none; a provider that the program
// sets wins, whichever comes first.
package otellog

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/log"
	lognoop "go.opentelemetry.io/otel/log/noop"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	"go.opentelemetry.io/otel/trace"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/goctx"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/linked"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/logids"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/otlp"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/otelsetup"
)

var install = sync.OnceFunc(func() {
	ext := otelsetup.Extend()
	if ext == nil || !ext.Untouched(otel.GetLoggerProvider()) {
		return
	}
	linked.SetLogs()
	if ext.Asked("LOGS") {
		otel.SetLoggerProvider(newLoggerProvider(ext))
	}
})

func init() { install() }

// BeforeBridge runs when the program makes a bridge. That its package is linked
// is what counts: the provider is there by then.
func BeforeBridge(c hook.Context) {
	install()
	own.Store(c.GetPackageName(), true)
}

var own sync.Map

// HasOwn tells whether the program has made a bridge of a package itself: then
// its records need no other one (package hook/logbridge).
func HasOwn(pkg string) bool {
	_, ok := own.Load(pkg)
	return ok
}

// loggerProvider stands in for the SDK's until the first record, and for the
// program's own one from when it is set. The embedded value answers methods
// that a newer API may add.
type loggerProvider struct {
	log.LoggerProvider
	ext    *otelsetup.Extension
	before any // the API's placeholder, which is no provider of the program's

	once    sync.Once
	sdk     *sdklog.LoggerProvider
	emitted atomic.Int64 // records
}

func newLoggerProvider(ext *otelsetup.Extension) *loggerProvider {
	return &loggerProvider{LoggerProvider: lognoop.NewLoggerProvider(), ext: ext,
		before: otel.GetLoggerProvider()}
}

func (p *loggerProvider) Logger(name string, opts ...log.LoggerOption) log.Logger {
	return &logger{Logger: lognoop.Logger{}, p: p, name: name, opts: opts}
}

func (p *loggerProvider) start() *sdklog.LoggerProvider {
	p.once.Do(func() {
		opts := []sdklog.LoggerProviderOption{sdklog.WithResource(p.ext.Resource())}
		for _, name := range p.ext.Exporters("LOGS") {
			switch name {
			case "otlp":
				if t := p.ext.Target("logs"); t != nil {
					opts = append(opts, sdklog.WithProcessor(sdklog.NewBatchProcessor(&exporter{p.account(t)})))
				}
			case "console":
				opts = append(opts, sdklog.WithProcessor(sdklog.NewSimpleProcessor(&consoleExporter{w: p.ext.Console()})))
			default:
				if e := linkedExporter(name); e != nil {
					opts = append(opts, sdklog.WithProcessor(sdklog.NewBatchProcessor(&watched{e, p.account(p.ext.Watch("logs"))})))
				}
			}
		}
		p.sdk = sdklog.NewLoggerProvider(opts...)
	})
	return p.sdk
}

// account counts the records that an exporter has sent, so that those it has not
// are told of at the end: the SDK's queue is bounded, and forgets the oldest when
// records come faster than they can be sent, or nobody takes them.
type account struct {
	*otelsetup.Target
	sent atomic.Int64
}

func (p *loggerProvider) account(t *otelsetup.Target) *account {
	a := &account{Target: t}
	t.TellLost("log records", func() int64 { return p.emitted.Load() - a.sent.Load() })
	t.OnFlush(func(ctx context.Context) error { return p.sdk.ForceFlush(ctx) })
	return a
}

// send runs f, which sends n records.
func (a *account) send(ctx context.Context, n int, f func(context.Context) error) {
	a.Export(ctx, func(ctx context.Context) error {
		err := f(ctx)
		// Of what the Collector itself refuses is told elsewhere.
		if rejected := new(otlp.Rejected); err == nil || errors.As(err, &rejected) {
			a.sent.Add(int64(n))
		}
		return err
	})
}

type logger struct {
	log.Logger
	p    *loggerProvider
	name string
	opts []log.LoggerOption
	cur  atomic.Pointer[resolvedLogger]
}

type resolvedLogger struct {
	provider log.LoggerProvider
	ours     bool
	logger   log.Logger
}

// Emit adds the goroutine's span where the program's call gave no context.
func (l *logger) Emit(ctx context.Context, r log.Record) {
	ctx = goctx.Parent(ctx)
	to := l.resolve()
	if to.ours {
		l.p.emitted.Add(1)
	}
	to.logger.Emit(ctx, withoutIDs(ctx, r))
}

// withoutIDs leaves out the ids that hooks have put among a record's attributes
// (package hook/logrus): a record of OTLP has fields for them.
func withoutIDs(ctx context.Context, r log.Record) log.Record {
	sc := trace.SpanContextFromContext(ctx)
	isID := func(kv attribute.KeyValue) bool {
		return kv.Key == logids.TraceKey && kv.Value.Type() == attribute.STRING && kv.Value.AsString() == sc.TraceID().String() ||
			kv.Key == logids.SpanKey && kv.Value.Type() == attribute.STRING && kv.Value.AsString() == sc.SpanID().String()
	}
	found := false
	if sc.IsValid() {
		r.WalkAttributes(func(kv attribute.KeyValue) bool {
			found = isID(kv)
			return !found
		})
	}
	if !found {
		return r
	}
	var out log.Record
	out.SetEventName(r.EventName())
	out.SetTimestamp(r.Timestamp())
	out.SetObservedTimestamp(r.ObservedTimestamp())
	out.SetSeverity(r.Severity())
	out.SetSeverityText(r.SeverityText())
	out.SetBody(r.Body())
	out.SetErr(r.Err())
	attrs := make([]attribute.KeyValue, 0, r.AttributesLen())
	r.WalkAttributes(func(kv attribute.KeyValue) bool {
		if !isID(kv) {
			attrs = append(attrs, kv)
		}
		return true
	})
	out.AddAttributes(attrs...)
	return out
}

func (l *logger) Enabled(ctx context.Context, param log.EnabledParameters) bool {
	return l.resolve().logger.Enabled(ctx, param)
}

func (l *logger) resolve() *resolvedLogger {
	global := otel.GetLoggerProvider()
	if r := l.cur.Load(); r != nil && otelsetup.Same(r.provider, global) {
		return r
	}
	r := &resolvedLogger{provider: global}
	if otelsetup.Same(global, l.p) || otelsetup.Same(global, l.p.before) {
		r.ours, r.logger = true, l.p.start().Logger(l.name, l.opts...)
	} else {
		r.logger = global.Logger(l.name, l.opts...)
	}
	l.cur.Store(r)
	return r
}

// watched is an exporter that the build has added.
type watched struct {
	sdklog.Exporter
	to *account
}

func linkedExporter(name string) sdklog.Exporter {
	e, _ := linked.FindExporter(name)
	if e.Logs == nil {
		return nil
	}
	made, err := e.Logs(context.Background())
	next, ok := made.(sdklog.Exporter)
	if err != nil || !ok {
		otel.Handle(fmt.Errorf("logs are not exported: %s: %v", name, err))
		return nil
	}
	return next
}

func (e *watched) Export(ctx context.Context, records []sdklog.Record) error {
	e.to.send(ctx, len(records), func(ctx context.Context) error { return e.Exporter.Export(ctx, records) })
	return nil
}

// exporter sends log records as package internal/otlp sends spans.
type exporter struct{ to *account }

func (e *exporter) Export(ctx context.Context, records []sdklog.Record) error {
	if len(records) == 0 {
		return nil
	}
	e.to.send(ctx, len(records), func(ctx context.Context) error {
		return e.to.Client.Send(ctx, Encode(e.to.Client.NewEncoder(), records))
	})
	return nil
}

func (e *exporter) Shutdown(context.Context) error {
	e.to.Client.Close()
	return nil
}

func (e *exporter) ForceFlush(context.Context) error { return nil }
