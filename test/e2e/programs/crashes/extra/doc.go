// Package extra holds a file for another package.
package extra
