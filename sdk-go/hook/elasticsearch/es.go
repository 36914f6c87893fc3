// Package elasticsearch instruments go-elasticsearch v8 and v9 by giving their
// transport an instrumentation of its own kind. The one that the transport
// brings emits the conventions of 2023; a program that asks for that keeps it
// alone.
//
// Switching "elasticsearch" off at run time takes effect at the next request;
// clients that are made while it is off stay uninstrumented.
package elasticsearch

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/elastic/elastic-transport-go/v8/elastictransport"
	"go.opentelemetry.io/otel/attribute"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/goctx"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/attr"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/dbspan"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/registry"
)

const (
	scope   = "github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook/elasticsearch"
	library = "elasticsearch"
)

var (
	client = dbspan.NewClient(scope)
	on     = registry.Switch("elasticsearch_transport", library)
)

// BeforeNew instruments a transport's configuration, a copy of the program's.
func BeforeNew(c hook.Context) {
	cfg, ok := c.GetParam(0).(elastictransport.Config)
	if ok && cfg.Instrumentation == nil {
		cfg.Instrumentation = instrumentation{}
		c.SetParam(0, cfg)
	}
}

type instrumentation struct{}

type requestKey struct{}

// request is one in progress. The client calls with it on one goroutine.
type request struct {
	op   *dbspan.Operation
	name string
	err  error
}

func of(ctx context.Context) *request {
	r, _ := ctx.Value(requestKey{}).(*request)
	return r
}

// Start begins the span of a call of the API, whose name is the endpoint's.
func (instrumentation) Start(ctx context.Context, name string) context.Context {
	if !on.Load() || goctx.Suppressed(ctx) || dbspan.IsInside(ctx) {
		return context.WithValue(ctx, requestKey{}, (*request)(nil))
	}
	all := []attribute.KeyValue{attribute.String("db.system.name", "elasticsearch"), attribute.String("db.operation.name", name)}
	op := client.Start(goctx.Parent(ctx), name, time.Now(), all, nil)
	return context.WithValue(op.Context(), requestKey{}, &request{op: op, name: name})
}

// Close ends it.
func (instrumentation) Close(ctx context.Context) {
	if r := of(ctx); r != nil {
		r.op.End(r.err)
	}
}

// RecordError is told of what kept an answer from coming.
func (instrumentation) RecordError(ctx context.Context, err error) {
	if r := of(ctx); r != nil && err != nil {
		r.err = err
	}
}

// RecordPathPart is told of the variables in an endpoint's path.
func (instrumentation) RecordPathPart(ctx context.Context, part, value string) {
	r := of(ctx)
	if r == nil {
		return
	}
	if part == "index" && value != "" {
		r.op.Span().SetName(r.name + " " + value)
		r.op.Span().SetAttributes(attribute.String("db.collection.name", value))
	}
	r.op.Span().SetAttributes(attribute.String("db.operation.parameter."+part, value))
}

// RecordRequestBody takes nothing from a body: it holds values.
func (instrumentation) RecordRequestBody(context.Context, string, io.Reader) io.ReadCloser {
	return nil
}

// BeforeRequest has nothing to add.
func (instrumentation) BeforeRequest(*http.Request, string) {}

// AfterRequest is told where the request went.
func (instrumentation) AfterRequest(req *http.Request, _, _ string) {
	r := of(req.Context())
	if r == nil || req.URL == nil {
		return
	}
	u := *req.URL
	u.User = nil
	// Of a query the names are shown and the values are not: it may be a search.
	if u.RawQuery != "" {
		var names []string
		for _, pair := range strings.Split(u.RawQuery, "&") {
			name, _, _ := strings.Cut(pair, "=")
			names = append(names, name+"=REDACTED")
		}
		u.RawQuery = strings.Join(names, "&")
	}
	r.op.Span().SetAttributes(attribute.String("http.request.method", req.Method), attribute.String("url.full", u.String()))
	r.op.SetAttributes(attr.Address(u.Hostname(), u.Port())...)
}

// AfterResponse is told of the answer, which may be an error.
func (instrumentation) AfterResponse(ctx context.Context, res *http.Response) {
	r := of(ctx)
	if r == nil || res == nil {
		return
	}
	if cluster := res.Header.Get("X-Found-Handling-Cluster"); cluster != "" {
		r.op.SetAttributes(attribute.String("db.namespace", cluster))
	}
	if node := res.Header.Get("X-Found-Handling-Instance"); node != "" {
		r.op.Span().SetAttributes(attribute.String("elasticsearch.node.name", node))
	}
	if res.StatusCode >= 400 {
		r.err = status(res.StatusCode)
		return
	}
	r.op.Span().SetAttributes(attribute.String("db.response.status_code", strconv.Itoa(res.StatusCode)))
}

type status int

func (s status) Error() string          { return fmt.Sprintf("%d %s", int(s), http.StatusText(int(s))) }
func (s status) ResponseStatus() string { return strconv.Itoa(int(s)) }
