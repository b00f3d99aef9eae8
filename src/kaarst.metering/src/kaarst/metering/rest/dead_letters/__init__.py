"""`GET /@dead-letters` and `POST /@dead-letters-replay`."""
