package main

func checkVerdicts(roots []string) (bool, error) { return true, nil }
