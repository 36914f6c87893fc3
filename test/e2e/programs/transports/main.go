// Command transports sends HTTP requests in the ways there are: by a client, by a
// transport itself, through wrappers of it and through proxies.
package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
)

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func main() {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	check(err)
	base := "http://" + l.Addr().String()
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, r.URL.Path) })
	mux.Handle("/redirecting", http.RedirectHandler("/redirected", http.StatusFound))
	mux.Handle("/proxying", &httputil.ReverseProxy{Rewrite: func(p *httputil.ProxyRequest) {
		p.Out.URL = parse(base + "/proxied")
	}})
	mux.HandleFunc("/passing", func(w http.ResponseWriter, r *http.Request) {
		out := r.Clone(r.Context())
		out.RequestURI, out.URL = "", parse(base+"/passed")
		copyAnswer(w, out)
	})
	go http.Serve(l, mux)

	req, err := http.NewRequest(http.MethodGet, base+"/direct", nil)
	check(err)
	resp, err := http.DefaultTransport.RoundTrip(req)
	check(err)
	fmt.Println(resp.Request == req, len(req.Header))
	read(resp)

	for _, path := range []string{"/client", "/redirecting", "/proxying", "/passing"} {
		resp, err := http.Get(base + path)
		check(err)
		read(resp)
	}
	// A second attempt belongs to the span of the request.
	twice := &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
		resp, err := http.DefaultTransport.RoundTrip(r)
		check(err)
		resp.Body.Close()
		return http.DefaultTransport.RoundTrip(r)
	})}
	resp, err = twice.Get(base + "/twice")
	check(err)
	read(resp)

	l.Close()
	refused, err := http.NewRequest(http.MethodGet, "http://127.0.0.1:1/refused", nil)
	check(err)
	if _, err := http.DefaultTransport.RoundTrip(refused); err == nil {
		fmt.Println("not refused")
	}
}

// copyAnswer sends a request by the transport and gives w its answer.
func copyAnswer(w io.Writer, r *http.Request) {
	resp, err := http.DefaultTransport.RoundTrip(r)
	check(err)
	_, err = io.Copy(w, resp.Body)
	check(err)
	resp.Body.Close()
}

func read(resp *http.Response) {
	text, err := io.ReadAll(resp.Body)
	check(err)
	resp.Body.Close()
	fmt.Print(string(text))
}

func parse(s string) *url.URL {
	u, err := url.Parse(s)
	check(err)
	return u
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
