// Package aws instruments aws-sdk-go-v2: one client span for an operation of
// whatever service, by middleware of the SDK's own kind in every service client.
//
// It emits what otelaws does but for a queue's address, which otelaws takes for
// the server's. otelaws is not inside because it imports four services' clients,
// which would become part of every program that uses one. A program that has
// otelaws keeps that one alone.
//
// Switching "aws" off at run time takes effect at the next operation; clients
// that are made while it is off stay uninstrumented.
package aws

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"time"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/goctx"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/registry"
)

const (
	scope   = "github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook/aws"
	library = "aws"
)

var (
	tracer = otel.Tracer(scope)
	on     = registry.Switch("aws_new_client", library)
)

type apiOptions = []func(*middleware.Stack) error

// BeforeNew adds middleware to the options of a service's client. Each service
// has a type of options of its own, so the field is found by its name.
func BeforeNew(c hook.Context) {
	given := reflect.ValueOf(c.GetParam(0))
	if given.Kind() != reflect.Struct {
		return
	}
	options := reflect.New(given.Type()).Elem()
	options.Set(given)
	field := options.FieldByName("APIOptions")
	if !field.IsValid() || field.Type() != reflect.TypeFor[apiOptions]() {
		return
	}
	old := field.Interface().(apiOptions)
	field.Set(reflect.ValueOf(append(old[:len(old):len(old)], install)))
	c.SetParam(0, options.Interface())
}

// install runs for each operation. The SDK runs what options are added later
// after it, but otelaws comes with the configuration, and so before it.
func install(stack *middleware.Stack) error {
	if _, byHand := stack.Initialize.Get("OTelInitializeMiddlewareAfter"); byHand {
		return nil
	}
	if err := stack.Initialize.Add(middleware.InitializeMiddlewareFunc("otelCompileInitialize", operation), middleware.After); err != nil {
		return err
	}
	if err := stack.Finalize.Add(middleware.FinalizeMiddlewareFunc("otelCompileFinalize", propagate), middleware.After); err != nil {
		return err
	}
	return stack.Deserialize.Add(middleware.DeserializeMiddlewareFunc("otelCompileDeserialize", answer), middleware.Before)
}

type spanKey struct{}

// operation makes the span.
func operation(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (
	out middleware.InitializeOutput, metadata middleware.Metadata, err error) {
	if !on.Load() || goctx.Suppressed(ctx) {
		return next.HandleInitialize(ctx, in)
	}
	service, name := awsmiddleware.GetServiceID(ctx), awsmiddleware.GetOperationName(ctx)
	method, spanName := service, service
	if name != "" {
		method, spanName = service+"/"+name, service+"."+name
	}
	ctx, span := tracer.Start(goctx.Parent(ctx), spanName, trace.WithSpanKind(trace.SpanKindClient), trace.WithTimestamp(time.Now()),
		trace.WithAttributes(attribute.String("rpc.system.name", "aws-api"), attribute.String("rpc.method", method),
			attribute.String("aws.region", awsmiddleware.GetRegion(ctx))))
	defer span.End()
	if span.IsRecording() {
		span.SetAttributes(about(service, in.Parameters)...)
	}
	out, metadata, err = next.HandleInitialize(context.WithValue(ctx, spanKey{}, span), in)
	if err != nil {
		span.SetAttributes(attribute.String("error.type", errorType(err)))
		span.SetStatus(codes.Error, err.Error())
	}
	return out, metadata, err
}

func errorType(err error) string {
	var api smithy.APIError
	if errors.As(err, &api) && api.ErrorCode() != "" {
		return api.ErrorCode()
	}
	return fmt.Sprintf("%T", err)
}

func propagate(ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler) (
	middleware.FinalizeOutput, middleware.Metadata, error) {
	if span, _ := ctx.Value(spanKey{}).(trace.Span); span != nil {
		if req, ok := in.Request.(*smithyhttp.Request); ok {
			otel.GetTextMapPropagator().Inject(ctx, propagation.HeaderCarrier(req.Header))
		}
	}
	return next.HandleFinalize(ctx, in)
}

func answer(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (
	middleware.DeserializeOutput, middleware.Metadata, error) {
	out, metadata, err := next.HandleDeserialize(ctx, in)
	span, _ := ctx.Value(spanKey{}).(trace.Span)
	if resp, ok := out.RawResponse.(*smithyhttp.Response); ok && span != nil {
		span.SetAttributes(attribute.Int("http.response.status_code", resp.StatusCode))
		if id, ok := awsmiddleware.GetRequestIDMetadata(metadata); ok {
			span.SetAttributes(attribute.String("aws.request_id", id))
		}
	}
	return out, metadata, err
}

// subjects are the fields of operations' inputs that say what is worked on.
var subjects = map[string][]struct {
	field string
	key   attribute.Key
	also  []attribute.KeyValue
}{
	"S3":       {{"Bucket", "aws.s3.bucket", nil}, {"Key", "aws.s3.key", nil}},
	"SQS":      {{"QueueUrl", "aws.sqs.queue.url", []attribute.KeyValue{attribute.String("messaging.system", "aws_sqs")}}},
	"SNS":      {{"TopicArn", "aws.sns.topic.arn", []attribute.KeyValue{attribute.String("messaging.system", "aws.sns")}}},
	"DynamoDB": {{"TableName", "db.collection.name", []attribute.KeyValue{attribute.String("db.system.name", "aws.dynamodb")}}},
	"Kinesis":  {{"StreamName", "aws.kinesis.stream_name", nil}},
	"Lambda":   {{"FunctionName", "faas.invoked_name", nil}},
}

func about(service string, input any) (out []attribute.KeyValue) {
	v := reflect.ValueOf(input)
	if v.Kind() != reflect.Pointer || v.IsNil() || v.Elem().Kind() != reflect.Struct {
		return nil
	}
	for _, s := range subjects[service] {
		f := v.Elem().FieldByName(s.field)
		if f.IsValid() && f.Kind() == reflect.Pointer && !f.IsNil() && f.Elem().Kind() == reflect.String {
			out = append(append(out, s.key.String(f.Elem().String())), s.also...)
			if service == "DynamoDB" {
				out = append(out, attribute.StringSlice("aws.dynamodb.table_names", []string{f.Elem().String()}))
			}
		}
	}
	return out
}
