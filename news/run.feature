One command, `make run`, starts a demonstration city; another, `make test`, tests it.
