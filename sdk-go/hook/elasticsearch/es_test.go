package elasticsearch

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"

	"github.com/elastic/elastic-transport-go/v8/elastictransport"
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

func TestCalls(t *testing.T) {
	c := hooktest.New("", "New", []any{elastictransport.Config{}}, []any{nil, nil})
	BeforeNew(c)
	in := c.Params[0].(elastictransport.Config).Instrumentation
	require.NotNil(t, in)
	for _, code := range []int{200, 404} {
		ctx := in.Start(context.Background(), "search")
		in.RecordPathPart(ctx, "index", "books")
		req := httptest.NewRequest(http.MethodPost, "http://user:secret@es:9200/books/_search?q=secret", nil).WithContext(ctx)
		in.BeforeRequest(req, "search")
		in.AfterRequest(req, "elasticsearch", "search")
		in.AfterResponse(ctx, &http.Response{StatusCode: code})
		in.Close(ctx)
	}
	got := recorder.GetSpans()
	require.Len(t, got, 2)
	m := map[string]string{}
	for _, kv := range got[1].Attributes {
		m[string(kv.Key)] = kv.Value.Emit()
	}
	assert.Equal(t, "search books", got[0].Name)
	assert.Equal(t, map[string]string{"db.system.name": "elasticsearch", "db.operation.name": "search", "db.collection.name": "books",
		"db.operation.parameter.index": "books", "http.request.method": "POST", "url.full": "http://es:9200/books/_search?q=REDACTED",
		"server.address": "es", "server.port": "9200", "db.response.status_code": "404", "error.type": "404"}, m)
	assert.Equal(t, codes.Error, got[1].Status.Code)
}

func TestProgramsOwnWins(t *testing.T) {
	own := elastictransport.NewOtelInstrumentation(nil, false, "1")
	c := hooktest.New("", "New", []any{elastictransport.Config{Instrumentation: own}}, []any{nil, nil})
	BeforeNew(c)
	assert.Equal(t, own, c.Params[0].(elastictransport.Config).Instrumentation)
}
