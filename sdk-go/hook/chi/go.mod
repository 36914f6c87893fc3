module github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook/chi

go 1.23.0

require (
	github.com/go-chi/chi/v5 v5.0.0
	github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk v0.0.0
)

require (
	go.opentelemetry.io/otel v1.38.0 // indirect
	go.opentelemetry.io/otel/trace v1.38.0 // indirect
)

replace github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk => ../..
