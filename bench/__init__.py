"""Measurements of the city against its peers, side by side in one run. `make bench` runs them."""
