//go:build ignore

package extra

import "errors"

// fail is called by what a rule inserts.
func fail() {
	panic(errors.New("of a file")) // want add_file
}
