// Package pool has the function that rules name.
package pool

// Serve works for a request.
func Serve(request any, work func()) { work() }
