package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
)

// Redis is named by SHOP_TEST_REDIS; without it only what needs none is tested.
func testStore(t *testing.T) *store {
	t.Helper()
	addr := os.Getenv("SHOP_TEST_REDIS")
	if addr == "" {
		t.Skip("SHOP_TEST_REDIS is not set")
	}
	s := newStore(addr)
	t.Cleanup(func() { s.Close() })
	return s
}

func get(t *testing.T, h http.Handler, path string) (int, string) {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	return w.Code, w.Body.String()
}

func TestOrder(t *testing.T) {
	s := testStore(t)
	stock := httptest.NewServer(newStock(s))
	defer stock.Close()
	code, body := get(t, newOrders(s, stock.URL), "/orders/7")
	if code != http.StatusOK || !strings.Contains(body, `"owner":"customer-7"`) {
		t.Fatalf("%d %s", code, body)
	}
}

func TestJobs(t *testing.T) {
	h := newOrders(testStore(t), "")
	for range 3 {
		if code, body := get(t, h, "/jobs/8"); code != http.StatusNoContent {
			t.Fatalf("%d %s", code, body)
		}
	}
}

func TestRedisDown(t *testing.T) {
	s := newStore("127.0.0.1:1")
	defer s.Close()
	if code, body := get(t, newOrders(s, ""), "/orders/7"); code != http.StatusBadGateway {
		t.Fatalf("%d %s", code, body)
	}
}

func TestPanic(t *testing.T) {
	s := newStore("127.0.0.1:1")
	defer s.Close()
	if code, body := get(t, newOrders(s, ""), "/api/panic"); code != http.StatusInternalServerError || !strings.Contains(body, "no such order") {
		t.Fatalf("%d %s", code, body)
	}
}

func TestNotFound(t *testing.T) {
	s := newStore("127.0.0.1:1")
	defer s.Close()
	if code, _ := get(t, newOrders(s, ""), "/nothing"); code != http.StatusNotFound {
		t.Fatal(code)
	}
}
