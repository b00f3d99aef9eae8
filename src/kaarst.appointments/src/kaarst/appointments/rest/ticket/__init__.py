"""One ticket, for the phone of who drew it."""
