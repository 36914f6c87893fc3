//go:build ignore

package extra

import "strings"

func shout(s string) string { return strings.ToUpper(s) }
