package main

import (
	"context"
	"errors"

	"github.com/redis/go-redis/v9"
)

type store struct{ rdb *redis.Client }

func newStore(addr string) *store { return &store{newRedis(addr)} }

func (s *store) Close() error { return s.rdb.Close() }

func (s *store) Ping(ctx context.Context) error { return s.rdb.Ping(ctx).Err() }

// owner is who has placed an order; the first to ask places it.
func (s *store) owner(ctx context.Context, id string) (string, error) {
	name, err := s.rdb.Get(ctx, "order:"+id).Result()
	if errors.Is(err, redis.Nil) {
		name = "customer-" + id
		err = s.rdb.Set(ctx, "order:"+id, name, 0).Err()
	}
	return name, err
}

// seen counts visits. Like much code it takes no context, and so cannot hand
// one on.
func (s *store) seen(id string) (int64, error) {
	return s.rdb.Incr(context.Background(), "seen:"+id).Result()
}

// level reads and lowers the stock in one round trip.
func (s *store) level(ctx context.Context, id string) (int, error) {
	pipe := s.rdb.TxPipeline()
	pipe.SetNX(ctx, "stock:"+id, 100, 0)
	left := pipe.Decr(ctx, "stock:"+id)
	if _, err := pipe.Exec(ctx); err != nil {
		return 0, err
	}
	return int(left.Val()), nil
}

// broken asks a string for a list.
func (s *store) broken(ctx context.Context, id string) error {
	if err := s.rdb.Set(ctx, "text:"+id, "not a list", 0).Err(); err != nil {
		return err
	}
	return s.rdb.LPush(ctx, "text:"+id, "x").Err()
}
