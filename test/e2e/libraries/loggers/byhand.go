//go:build byhand

package main

import (
	"log/slog"

	"go.opentelemetry.io/contrib/bridges/otelslog"
	"go.opentelemetry.io/contrib/bridges/otelzap"
	"go.uber.org/zap/zapcore"
)

func handler(h slog.Handler) slog.Handler {
	return slog.NewMultiHandler(h, otelslog.NewHandler("log/slog"))
}

func core(c zapcore.Core) zapcore.Core {
	return zapcore.NewTee(c, otelzap.NewCore("go.uber.org/zap"))
}
