"""REST: opening hours, and places with what holds now."""
