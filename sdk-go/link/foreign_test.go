package link

import (
	"testing"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook/hooktest"
)

func TestForeign(t *testing.T) {
	c := hooktest.New("github.com/x/redis/v9", "(*Client).Do", []any{1, "a"}, []any{nil})
	f := Foreign(c).(interface {
		GetFuncName() string
		GetPackageName() string
		GetParamCount() int
		GetReturnValCount() int
		SetData(interface{})
		GetData() interface{}
		SetKeyData(string, interface{})
		GetKeyData(string) interface{}
		HasKeyData(string) bool
	})
	if f.GetFuncName() != "Do" || f.GetPackageName() != "redis" {
		t.Errorf("got %s of %s, want Do of redis", f.GetFuncName(), f.GetPackageName())
	}
	if f.GetParamCount() != 2 || f.GetReturnValCount() != 1 {
		t.Errorf("got %d and %d, want 2 and 1", f.GetParamCount(), f.GetReturnValCount())
	}
	// One store: the last writer wins.
	f.SetData("lost")
	f.SetKeyData("k", 1)
	if f.GetKeyData("k") != 1 || f.HasKeyData("l") {
		t.Error("a key is not what was stored")
	}
	if m, ok := f.GetData().(map[string]any); !ok || len(m) != 1 {
		t.Errorf("got %v, want the map of keys", f.GetData())
	}
	f.SetData(2)
	if f.HasKeyData("k") {
		t.Error("a key outlives SetData")
	}
}
