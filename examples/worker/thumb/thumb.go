// Package thumb makes thumbnails, or would, if this were not an example.
package thumb

import (
	"errors"
	"path"
	"time"
)

var ErrFormat = errors.New("unknown format")

// Make returns how many bytes the thumbnail of the picture has.
func Make(name string) (int, error) {
	if path.Ext(name) != ".png" {
		return 0, ErrFormat
	}
	return shrink(len(name)), nil
}

func shrink(size int) int {
	time.Sleep(time.Duration(size) * time.Millisecond)
	return size * 100
}
