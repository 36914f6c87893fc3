module github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook/logbridge/zap

go 1.26.0

require (
	github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk v0.0.0
	github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook/otellog v0.0.0
	github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook/zap v0.0.0
	github.com/stretchr/testify v1.12.1
	go.opentelemetry.io/contrib/bridges/otelzap v0.21.0
	go.uber.org/zap v1.28.0
)

require (
	github.com/cespare/xxhash/v2 v2.3.0 // indirect
	github.com/go-logr/logr v1.4.4 // indirect
	github.com/go-logr/stdr v1.2.2 // indirect
	github.com/google/uuid v1.6.0 // indirect
	go.opentelemetry.io/auto/sdk v1.2.1 // indirect
	go.opentelemetry.io/contrib/instrumentation/runtime v0.63.0 // indirect
	go.opentelemetry.io/otel v1.47.0 // indirect
	go.opentelemetry.io/otel/log v1.47.0 // indirect
	go.opentelemetry.io/otel/metric v1.47.0 // indirect
	go.opentelemetry.io/otel/sdk v1.47.0 // indirect
	go.opentelemetry.io/otel/sdk/log v1.47.0 // indirect
	go.opentelemetry.io/otel/sdk/metric v1.47.0 // indirect
	go.opentelemetry.io/otel/trace v1.47.0 // indirect
	go.uber.org/multierr v1.11.0 // indirect
	go.yaml.in/yaml/v3 v3.0.5 // indirect
	golang.org/x/sys v0.48.0 // indirect
	google.golang.org/protobuf v1.36.12 // indirect
)

replace (
	github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk => ../../..
	github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook/otellog => ../../otellog
	github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook/zap => ../../zap
	github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook/zerolog => ../../zerolog
)
