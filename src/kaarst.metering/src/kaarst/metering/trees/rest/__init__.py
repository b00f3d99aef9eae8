"""Trees, rain, watering rounds with their ticks, and what citizens tell of waterings, as JSON."""
