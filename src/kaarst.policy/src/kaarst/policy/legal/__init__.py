"""Pages the law asks for. An editor writes their text; what the town settings know stands beside it."""
