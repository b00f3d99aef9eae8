"""From readings to consumption: calendar, rules for counters, series of slots."""
