module github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook/nested

go 1.23.0

require github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk v0.0.0

replace github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk => ../..
