module github.com/open-telemetry/opentelemetry-go-compile-instrumentation/utils/sdkproxy

go 1.24.0

require golang.org/x/mod v0.29.0
