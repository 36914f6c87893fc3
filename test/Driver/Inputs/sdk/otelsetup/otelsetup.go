// Package otelsetup stands in for the SDK's and sets nothing up.
package otelsetup
