// Package billing is what the hooks look at.
package billing

import "errors"

type Client struct{ Currency string }

func (c *Client) Charge(cents int) error {
	if cents < 0 {
		return errors.New("nothing to charge")
	}
	return nil
}
