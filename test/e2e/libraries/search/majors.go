//go:build majors

package main

// An older major, which a test puts in place of the newest one.
import _ "github.com/elastic/go-elasticsearch/v8"
