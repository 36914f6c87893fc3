//go:build majors

package main

// Older majors, which a test puts in place of the newest one.
import (
	_ "github.com/openai/openai-go"
	_ "github.com/openai/openai-go/v2"
)
