package slot

import (
	"errors"
	"io"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"

	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/hook"
	"github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk/internal/rt"
)

// The frame of a target with an after hook, and of one without.
type params struct {
	p0 int
	p1 []string
	p2 io.Reader
}
type frame struct {
	x  *params
	r0 *error
	r1 *any
}
type onlyFrame struct {
	p0 int
	p1 []string
	p2 io.Reader
	r0 error
	r1 any
}

type report struct {
	kind    int
	fn, pkg string
	v       any
}

func reports(t *testing.T) *[]report {
	var got []report
	old := Report
	Report = func(kind int, fn, pkg string, v any) { got = append(got, report{kind, fn, pkg, v}) }
	t.Cleanup(func() { Report = old })
	return &got
}

var (
	desc = Desc{fn: "F", pkg: "example.com/p", np: 3, nr: 2, pointers: 1}
	only = Desc{fn: "F", pkg: "example.com/p", np: 3, nr: 2}
)

func TestHeapContext(t *testing.T) {
	said := reports(t)
	boom := errors.New("boom")
	var r0 error
	var r1 any
	x := &params{p0: 1, p1: []string{"a"}}
	f := &frame{x, &r0, &r1}
	var kept hook.Context
	h := New(func(c hook.Context) {
		kept = c
		assert.Equal(t, "F", c.GetFuncName())
		assert.Equal(t, "example.com/p", c.GetPackageName())
		assert.Equal(t, 3, c.NumParams())
		assert.Equal(t, 2, c.NumReturnVals())
		assert.Equal(t, 1, c.GetParam(0))
		assert.Nil(t, c.GetParam(2))
		c.SetParam(0, 2)
		c.SetParam(1, nil)
		c.SetParam(2, io.LimitReader(nil, 3))
		c.SetData("data")
		c.SetKeyData("k", 1)
		c.SetSkipCall(true)
	}, func(c hook.Context) {
		assert.True(t, c.IsSkipCall())
		assert.Equal(t, "data", c.GetData())
		assert.Equal(t, 1, c.GetKeyData("k"))
		assert.False(t, c.HasKeyData("other"))
		c.SetReturnVal(0, boom)
		c.SetReturnVal(1, 7)
		panic("a hook")
	}, nil, nil)
	c := h.begin(&desc, f, h)
	assert.Same(t, c, c.skip)
	assert.Equal(t, &params{p0: 2, p2: x.p2}, x)
	assert.NotNil(t, x.p2)
	c.end(c)
	assert.Equal(t, boom, r0)
	assert.Equal(t, 7, r1)
	assert.Equal(t, []report{{rt.HookPanicked, "F", "example.com/p", "a hook"}}, *said)

	kept.SetParam(0, 9)
	assert.Nil(t, kept.GetParam(0), "a context that is kept is empty")
	assert.Equal(t, 2, x.p0)
}

func TestHeapContextMisuse(t *testing.T) {
	said := reports(t)
	f := &onlyFrame{p0: 1, r0: io.EOF}
	was := *f
	h := New(func(c hook.Context) {
		c.SetParam(0, "text")
		c.SetParam(0, int64(1))
		c.SetParam(3, 1)
		c.SetParam(-1, 1)
		c.SetReturnVal(0, "no error")
		assert.Nil(t, c.GetReturnVal(2))
	}, nil, nil, nil)
	c := h.begin(&only, f, h)
	c.end(c)
	assert.Equal(t, was, *f)
	assert.Equal(t, []report{
		{rt.WrongType, "F", "example.com/p", "text"},
		{rt.WrongType, "F", "example.com/p", int64(1)},
		{rt.WrongIndex, "F", "example.com/p", 3},
		{rt.WrongIndex, "F", "example.com/p", -1},
		{rt.WrongType, "F", "example.com/p", "no error"},
		{rt.WrongIndex, "F", "example.com/p", 2},
	}, *said)
}

func TestHeapContextTyped(t *testing.T) {
	f := &onlyFrame{p0: 1}
	h := New(nil, nil, func(c hook.Context, p unsafe.Pointer) {
		(*(**params)(p)).p0 = 5
	}, nil)
	c := h.begin(&only, f, h)
	c.end(c)
	assert.Nil(t, c.skip)
	assert.Equal(t, 5, f.p0)

	x := &params{}
	var r0 error
	var r1 any
	h = New(nil, nil, func(c hook.Context, p unsafe.Pointer) {
		(*frame)(p).x.p0 = 6
		c.SetReturnVal(0, io.EOF)
	}, func(c hook.Context, p unsafe.Pointer) {
		*(*frame)(p).r1 = "after"
	})
	c = h.begin(&desc, &frame{x, &r0, &r1}, h)
	assert.NoError(t, r0, "a call that is not skipped begins with zero results")
	c.end(c)
	assert.Equal(t, 6, x.p0)
	assert.Equal(t, "after", r1)
}
