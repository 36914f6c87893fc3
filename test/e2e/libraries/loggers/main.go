// Command loggers writes the same things through every logger: before its
// request and inside it, with a context and without, with loggers that are older
// than main, with fields and groups. Each line says which logger wrote it.
package main

import (
	"context"
	"errors"
	"log"
	"log/slog"
	"os"

	"github.com/rs/zerolog"
	"github.com/sirupsen/logrus"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"example.com/libraries/internal/work"
)

var (
	older     = slog.New(handler(slog.NewJSONHandler(os.Stdout, nil))).With("older", true)
	olderZap  = zap.New(core(zapcore.NewCore(zapcore.NewJSONEncoder(zapConfig), zapcore.Lock(os.Stdout), zap.InfoLevel))).With(zap.Bool("older", true))
	zapConfig = zapcore.EncoderConfig{MessageKey: "msg", LevelKey: "level", EncodeLevel: zapcore.LowercaseLevelEncoder}
	olderZero = zerolog.New(os.Stdout).With().Bool("older", true).Logger()
	asLines   = log.New(os.Stdout, "log: ", log.Lmsgprefix)
)

func main() {
	asLines.Print("log outside")
	older.Info("slog outside")
	olderZap.Info("zap outside")
	olderZero.Info().Msg("zerolog outside")
	logrus.SetFormatter(&logrus.JSONFormatter{})
	logrus.SetOutput(os.Stdout)
	logrus.Info("logrus outside")
	work.Main(inside)
}

func inside(ctx context.Context) error {
	broken := errors.New("broken")

	asLines.Print("log line")

	older.InfoContext(ctx, "slog context")
	older.Debug("slog debug")
	older.WithGroup("g").With("a", 1).Error("slog group", "b", 2)
	log.SetOutput(os.Stdout)
	slog.Info("slog default")
	slog.SetDefault(slog.Default().With("d", 4))
	slog.Warn("slog default with")
	slog.SetDefault(older)
	log.Print("log through slog")

	olderZap.Info("zap plain", zap.Int("a", 1))
	olderZap.Debug("zap debug")
	olderZap.Named("part").With(zap.Namespace("n"), zap.Int("a", 1)).Error("zap namespace", zap.Int("b", 2))
	olderZap.Sugar().With("c", 3).Warnw("zap sugar", "error", broken)
	console := zapcore.NewCore(zapcore.NewConsoleEncoder(zapConfig), zapcore.Lock(os.Stdout), zap.InfoLevel)
	zap.New(zapcore.NewTee(console, console)).Info("zap tee")

	olderZero.Info().Ctx(ctx).Int("a", 1).Msg("zerolog context")
	olderZero.Debug().Dict("d", zerolog.Dict().Int("b", 2)).Err(broken).Msg("zerolog dict")
	quiet := olderZero.Level(zerolog.ErrorLevel)
	quiet.Info().Msg("zerolog quiet")

	logrus.WithContext(ctx).WithField("a", 1).Info("logrus context")
	logrus.WithError(broken).Warn("logrus error")
	logrus.Debug("logrus debug")
	return nil
}
