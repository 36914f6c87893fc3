// Shop charges two customers.
package main

import (
	"fmt"

	"example.com/shop/billing"
)

func main() {
	c := &billing.Client{Currency: "EUR"}
	for _, cents := range []int{1250, -1} {
		if err := c.Charge(cents); err != nil {
			fmt.Println("not charged:", err)
			continue
		}
		fmt.Println("charged", cents)
	}
}
