package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
)

type orders struct {
	store *store
	peer  string
	http  *http.Client
	jobs  chan job
}

func newOrders(store *store, peer string) http.Handler {
	gin.SetMode(gin.ReleaseMode)
	o := &orders{store: store, peer: peer, http: &http.Client{Timeout: 5 * time.Second}, jobs: make(chan job)}
	go o.work()
	r := gin.New()
	r.Use(gin.CustomRecovery(func(c *gin.Context, v any) {
		c.AbortWithStatusJSON(http.StatusInternalServerError, gin.H{"error": fmt.Sprint(v)})
	}))
	r.GET("/orders/:id", o.get)
	r.GET("/jobs/:id", o.job)
	api := r.Group("/api")
	api.GET("/broken/:id", o.broken)
	api.GET("/panic", o.panic)
	return r
}

// get makes one redis call with the request's context, one without, and asks
// the stock service.
func (o *orders) get(c *gin.Context) {
	id := c.Param("id")
	ctx := c.Request.Context()
	name, err := o.store.owner(ctx, id)
	if err != nil {
		c.JSON(http.StatusBadGateway, gin.H{"error": err.Error()})
		return
	}
	seen, err := o.store.seen(id)
	if err != nil {
		c.JSON(http.StatusBadGateway, gin.H{"error": err.Error()})
		return
	}
	left, err := o.stock(ctx, id)
	if err != nil {
		c.JSON(http.StatusBadGateway, gin.H{"error": err.Error()})
		return
	}
	c.JSON(http.StatusOK, gin.H{"id": id, "owner": name, "seen": seen, "left": left})
}

func (o *orders) stock(ctx context.Context, id string) (int, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, o.peer+"/stock/"+id, nil)
	if err != nil {
		return 0, err
	}
	resp, err := o.http.Do(req)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return 0, fmt.Errorf("stock says %s", resp.Status)
	}
	var answer struct {
		Left int `json:"left"`
	}
	return answer.Left, json.NewDecoder(resp.Body).Decode(&answer)
}

// A job is done by a worker that outlives the request.
type job struct {
	ctx  context.Context
	id   string
	done chan<- error
}

func (o *orders) work() {
	for j := range o.jobs {
		_, err := o.store.owner(j.ctx, j.id)
		j.done <- err
	}
}

func (o *orders) job(c *gin.Context) {
	done := make(chan error, 1)
	o.jobs <- job{c.Request.Context(), c.Param("id"), done}
	if err := <-done; err != nil {
		c.JSON(http.StatusBadGateway, gin.H{"error": err.Error()})
		return
	}
	c.Status(http.StatusNoContent)
}

func (o *orders) broken(c *gin.Context) {
	if err := o.store.broken(c.Request.Context(), c.Param("id")); err != nil {
		_ = c.Error(err)
		c.JSON(http.StatusInternalServerError, gin.H{"error": err.Error()})
	}
}

func (o *orders) panic(*gin.Context) { panic("no such order") }
