module unicode-tables

go 1.24
