// Command routers serves the same three paths with each router, asks for them,
// and ends: /users/7 calls another server without any context, /healthz too, and
// /missing is not there.
package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"

	"github.com/go-chi/chi/v5"
	"github.com/gofiber/fiber/v2"
	fiberv3 "github.com/gofiber/fiber/v3"
	"github.com/gorilla/mux"
	"github.com/labstack/echo/v4"
	echov5 "github.com/labstack/echo/v5"
	"github.com/valyala/fasthttp"
)

var leaf string

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func listen() net.Listener {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	check(err)
	return l
}

// call is made with context.Background().
func call() {
	resp, err := http.Get(leaf)
	check(err)
	_, err = io.Copy(io.Discard, resp.Body)
	check(err)
	check(resp.Body.Close())
}

func handler(w http.ResponseWriter, r *http.Request) {
	call()
	if _, ok := w.(http.Flusher); !ok {
		w.WriteHeader(http.StatusInternalServerError)
	}
}

func serve(h http.Handler) net.Listener {
	l := listen()
	go http.Serve(l, h)
	return l
}

func main() {
	l := serve(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	leaf = "http://" + l.Addr().String() + "/leaf"

	servers := map[string]net.Listener{}

	c := chi.NewRouter()
	c.Route("/users", func(r chi.Router) { r.Get("/{id}", handler) })
	c.Get("/healthz", handler)
	servers["chi"] = serve(c)

	m := mux.NewRouter()
	m.PathPrefix("/users").Subrouter().HandleFunc("/{id:[0-9]+}", handler)
	m.HandleFunc("/healthz", handler)
	servers["mux"] = serve(m)

	e := echo.New()
	e.GET("/users/:id", echo.WrapHandler(http.HandlerFunc(handler)))
	e.GET("/healthz", echo.WrapHandler(http.HandlerFunc(handler)))
	servers["echo"] = serve(e)

	e5 := echov5.New()
	e5.GET("/users/:id", func(c *echov5.Context) error { call(); return echov5.NewHTTPError(500, "broken") })
	e5.GET("/healthz", func(c *echov5.Context) error { call(); return nil })
	servers["echov5"] = serve(e5)

	f := fiber.New(fiber.Config{DisableStartupMessage: true})
	f.Use(func(c *fiber.Ctx) error { return c.Next() })
	g := f.Group("/users")
	g.Get("/:id", func(c *fiber.Ctx) error { call(); return nil })
	f.Get("/healthz", func(c *fiber.Ctx) error { call(); return nil })
	servers["fiber"] = listen()
	go f.Listener(servers["fiber"])

	f3 := fiberv3.New()
	f3.Use(func(c fiberv3.Ctx) error { return c.Next() })
	f3.Group("/users").Get("/:id", func(c fiberv3.Ctx) error { call(); return nil })
	f3.Get("/healthz", func(c fiberv3.Ctx) error { call(); return nil })
	servers["fiberv3"] = listen()
	go f3.Listener(servers["fiberv3"], fiberv3.ListenConfig{DisableStartupMessage: true})

	servers["fasthttp"] = listen()
	go fasthttp.Serve(servers["fasthttp"], func(ctx *fasthttp.RequestCtx) {
		switch string(ctx.Path()) {
		case "/users/7", "/healthz":
			// fasthttp's own client, without any context.
			status, _, err := fasthttp.Get(nil, leaf)
			if err != nil || status != 200 {
				ctx.SetStatusCode(500)
			}
		default:
			ctx.SetStatusCode(404)
		}
	})

	for _, name := range []string{"chi", "mux", "echo", "echov5", "fiber", "fiberv3", "fasthttp"} {
		for _, path := range []string{"/users/7", "/missing", "/healthz"} {
			req, err := http.NewRequest("GET", "http://"+servers[name].Addr().String()+path, nil)
			check(err)
			req.Header.Set("User-Agent", name)
			resp, err := http.DefaultClient.Do(req)
			check(err)
			_, _ = io.Copy(io.Discard, resp.Body)
			resp.Body.Close()
			fmt.Println(name, path, resp.StatusCode)
		}
	}
}
