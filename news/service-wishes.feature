A ranked list shows which services shall go online next: staff vote first, then everybody without an account; editors say how far the town is.
