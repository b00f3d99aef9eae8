"""The ways in which a service can be had, as far as its own fields name them."""
