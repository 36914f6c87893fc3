module github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk

go 1.23.0
