// Package shophooks measures what billing does. The program does not import it:
// the rule in otel/shop.toml does.
package shophooks

import (
	"fmt"
	"os"
	"time"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook"
)

// BeforeCharge runs before (*billing.Client).Charge. Parameter 0 is the
// receiver.
func BeforeCharge(c hook.Context) { c.SetData(time.Now()) }

// AfterCharge sees what the call returned.
func AfterCharge(c hook.Context) {
	start, _ := c.GetData().(time.Time)
	fmt.Fprintf(os.Stderr, "Charge(%v) = %v, %v later\n",
		c.GetParam(1), c.GetReturnVal(0), time.Since(start).Round(time.Microsecond))
}
