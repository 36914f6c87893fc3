module example.com/goctx

go 1.24
