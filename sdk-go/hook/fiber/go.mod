module github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook/fiber

go 1.23.0

require (
	github.com/gofiber/fiber/v2 v2.26.0
	github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk v0.0.0
)

require (
	github.com/andybalholm/brotli v1.0.2 // indirect
	github.com/klauspost/compress v1.13.4 // indirect
	github.com/valyala/bytebufferpool v1.0.0 // indirect
	github.com/valyala/fasthttp v1.32.0 // indirect
	github.com/valyala/tcplisten v1.0.0 // indirect
	go.opentelemetry.io/otel v1.38.0 // indirect
	go.opentelemetry.io/otel/trace v1.38.0 // indirect
	golang.org/x/sys v0.35.0 // indirect
)

replace github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk => ../..
