module example.com/traces

go 1.24

require example.com/hook v0.0.0

replace example.com/hook => ../hook
