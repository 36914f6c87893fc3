module github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook/echov5

go 1.25.0

require (
	github.com/labstack/echo/v5 v5.3.1
	github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk v0.0.0
	go.opentelemetry.io/otel v1.38.0
)

require go.opentelemetry.io/otel/trace v1.38.0 // indirect

replace github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk => ../..
