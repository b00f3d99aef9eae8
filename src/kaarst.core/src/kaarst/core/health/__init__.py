"""Whether the city is well, part by part."""
