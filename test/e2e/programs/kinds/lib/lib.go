package lib

import (
	"errors"
	"time"
)

var Limit = 3 + 4

var ErrCharge = errors.New("charge")

type Client struct{ Name string }

func (c Client) Describe() string { return c.Name }

func Charge(fail bool, d time.Duration) error {
	time.Sleep(d)
	if fail {
		return ErrCharge
	}
	return nil
}
