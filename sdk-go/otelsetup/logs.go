package otelsetup

import (
	"context"
	"sync"
	"sync/atomic"

	"go.opentelemetry.io/otel/log"
	logglobal "go.opentelemetry.io/otel/log/global"
	lognoop "go.opentelemetry.io/otel/log/noop"
	sdklog "go.opentelemetry.io/otel/sdk/log"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/console"
)

// loggerProvider does for logs what tracerProvider does for spans. The API of
// logs still changes; only what has been stable is spelled out here, the rest
// is left to the embedded values.
type loggerProvider struct {
	log.LoggerProvider
	setup  *setup
	choice []string

	once sync.Once
	sdk  *sdklog.LoggerProvider
}

func newLoggerProvider(s *setup, choice []string) *loggerProvider {
	return &loggerProvider{LoggerProvider: lognoop.NewLoggerProvider(), setup: s, choice: choice}
}

func (p *loggerProvider) Logger(name string, opts ...log.LoggerOption) log.Logger {
	return &logger{Logger: p.start().Logger(name, opts...), p: p, name: name, opts: opts}
}

func (p *loggerProvider) start() *sdklog.LoggerProvider {
	p.once.Do(func() {
		defer suppressHere()()
		opts := []sdklog.LoggerProviderOption{sdklog.WithResource(p.setup.resource())}
		for _, name := range p.choice {
			switch name {
			case "otlp":
				if e := p.setup.otlpLogs(); e != nil {
					opts = append(opts, sdklog.WithProcessor(sdklog.NewBatchProcessor(e)))
					p.setup.addFlusher(flusher{
						flush: func(ctx context.Context) error { return p.sdk.ForceFlush(ctx) },
						away:  e.isAway,
					})
				}
			case "console":
				opts = append(opts, sdklog.WithProcessor(sdklog.NewSimpleProcessor(
					console.NewLogExporter(p.setup.consoleWriter()))))
			}
		}
		p.sdk = sdklog.NewLoggerProvider(opts...)
	})
	return p.sdk
}

type logger struct {
	log.Logger // the SDK's
	p          *loggerProvider
	name       string
	opts       []log.LoggerOption
	cur        atomic.Pointer[resolvedLogger]
}

type resolvedLogger struct {
	provider log.LoggerProvider
	logger   log.Logger
}

func (l *logger) Emit(ctx context.Context, r log.Record) {
	global := logglobal.GetLoggerProvider()
	cur := l.cur.Load()
	if cur == nil || !same(cur.provider, global) {
		cur = &resolvedLogger{provider: global, logger: l.Logger}
		if global != log.LoggerProvider(l.p) {
			cur.logger = global.Logger(l.name, l.opts...)
		}
		l.cur.Store(cur)
	}
	cur.logger.Emit(ctx, r)
}
