"""How cases go from received to decided: one workflow a kind of service, adapted in the browser."""
