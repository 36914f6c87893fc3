package aws

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/codes"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook/hooktest"
)

var recorder = tracetest.NewInMemoryExporter()

func TestMain(m *testing.M) {
	otel.SetTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithSyncer(recorder)))
	os.Exit(m.Run())
}

// options are a service's.
type options struct {
	Region     string
	APIOptions []func(*middleware.Stack) error
}

// input is an operation's.
type input struct{ QueueUrl *string }

// call sends an operation as a service's client does.
func call(t *testing.T, o options, url string) error {
	t.Helper()
	ctx := awsmiddleware.SetServiceID(context.Background(), "SQS")
	stack := middleware.NewStack("SendMessage", smithyhttp.NewStackRequest)
	require.NoError(t, stack.Initialize.Add(&awsmiddleware.RegisterServiceMetadata{ServiceID: "SQS", Region: "eu-west-1", OperationName: "SendMessage"}, middleware.Before))
	for _, f := range o.APIOptions {
		require.NoError(t, f(stack))
	}
	require.NoError(t, stack.Build.Add(middleware.BuildMiddlewareFunc("url", func(ctx context.Context, in middleware.BuildInput, next middleware.BuildHandler) (middleware.BuildOutput, middleware.Metadata, error) {
		u, err := http.NewRequest("POST", url, nil)
		require.NoError(t, err)
		in.Request.(*smithyhttp.Request).URL = u.URL
		return next.HandleBuild(ctx, in)
	}), middleware.After))
	_, _, err := middleware.DecorateHandler(smithyhttp.NewClientHandler(http.DefaultClient), stack).Handle(ctx, &input{aws.String("q")})
	return err
}

func TestOperation(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer s.Close()
	mine := options{Region: "eu-west-1"}
	c := hooktest.New("github.com/aws/aws-sdk-go-v2/service/sqs", "New", []any{mine, nil}, []any{nil})
	BeforeNew(c)
	o := c.Params[0].(options)
	require.Len(t, o.APIOptions, 1)
	require.NoError(t, call(t, o, s.URL))
	require.Error(t, call(t, o, "http://127.0.0.1:1"))
	got := recorder.GetSpans()
	require.Len(t, got, 2)
	m := map[string]string{}
	for _, kv := range got[0].Attributes {
		m[string(kv.Key)] = kv.Value.Emit()
	}
	assert.Equal(t, "SQS.SendMessage", got[0].Name)
	assert.Equal(t, map[string]string{"rpc.system.name": "aws-api", "rpc.method": "SQS/SendMessage", "aws.region": "eu-west-1",
		"aws.sqs.queue.url": "q", "messaging.system": "aws_sqs", "http.response.status_code": "200"}, m)
	assert.Equal(t, codes.Error, got[1].Status.Code)
}

func TestOtherFunctionsNamedNew(t *testing.T) {
	c := hooktest.New("github.com/aws/aws-sdk-go-v2/service/x", "New", []any{7}, nil)
	BeforeNew(c)
	assert.Equal(t, 7, c.Params[0])
}
