// Package mongo instruments the MongoDB driver v2 by a command monitor in every
// client. A monitor of the program's own is called too; where it is otelmongo's,
// that one alone.
//
// otelmongo is not inside: it emits conventions older than the current ones, and
// there is none for every major version of the driver.
//
// Switching "mongo" off at run time takes effect at the next command; clients
// that are made while it is off stay uninstrumented.
package mongo

import (
	"context"
	"reflect"
	"runtime"
	"strconv"
	"strings"

	"go.mongodb.org/mongo-driver/v2/event"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/goctx"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/dbspan"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/registry"
)

const (
	scope   = "github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook/mongo"
	library = "mongo"
)

var (
	client = dbspan.NewMongo(scope)
	on     = registry.Switch("mongo_new_client", library)
)

// BeforeNewClient adds a monitor to a client's options, which are merged: the
// last one that is set counts.
func BeforeNewClient(c hook.Context) {
	opts, _ := c.GetParam(0).([]*options.ClientOptions)
	var own *event.CommandMonitor
	for _, o := range opts {
		if o != nil && o.Monitor != nil {
			own = o.Monitor
		}
	}
	if isOtelmongo(own) {
		return
	}
	c.SetParam(0, append(opts[:len(opts):len(opts)], options.Client().SetMonitor(monitor(own))))
}

// isOtelmongo looks where a monitor's functions come from.
func isOtelmongo(m *event.CommandMonitor) bool {
	if m == nil || m.Started == nil {
		return false
	}
	f := runtime.FuncForPC(reflect.ValueOf(m.Started).Pointer())
	return f != nil && strings.Contains(f.Name(), "/otelmongo.")
}

func monitor(own *event.CommandMonitor) *event.CommandMonitor {
	return &event.CommandMonitor{
		Started: func(ctx context.Context, e *event.CommandStartedEvent) {
			if on.Load() && !goctx.Suppressed(ctx) {
				client.Start(goctx.Parent(ctx), e.ConnectionID, e.RequestID, e.DatabaseName, e.CommandName, e.Command)
			}
			if own != nil && own.Started != nil {
				own.Started(ctx, e)
			}
		},
		Succeeded: func(ctx context.Context, e *event.CommandSucceededEvent) {
			client.End(e.ConnectionID, e.RequestID, nil)
			if own != nil && own.Succeeded != nil {
				own.Succeeded(ctx, e)
			}
		},
		Failed: func(ctx context.Context, e *event.CommandFailedEvent) {
			client.End(e.ConnectionID, e.RequestID, failure(e))
			if own != nil && own.Failed != nil {
				own.Failed(ctx, e)
			}
		},
	}
}

// failure finds the server's code in the driver's errors, whose types are not
// all exported.
func failure(e *event.CommandFailedEvent) error {
	if e.Failure == nil {
		return &dbspan.MongoError{Type: "_OTHER", Message: "failed"}
	}
	v := reflect.ValueOf(e.Failure)
	if v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	if v.Kind() == reflect.Struct {
		if code := v.FieldByName("Code"); code.IsValid() && code.CanInt() && code.Int() != 0 {
			n := strconv.FormatInt(code.Int(), 10)
			return &dbspan.MongoError{Type: n, Code: n, Message: e.Failure.Error()}
		}
	}
	return e.Failure
}
