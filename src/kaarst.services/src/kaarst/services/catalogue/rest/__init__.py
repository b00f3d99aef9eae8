"""The catalogue for other front ends."""
