"""`GET /@desks`."""
