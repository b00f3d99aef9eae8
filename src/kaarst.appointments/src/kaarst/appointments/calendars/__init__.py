"""Foreign calendars: what blocks counters, what is delivered to them, and feeds to subscribe to."""
