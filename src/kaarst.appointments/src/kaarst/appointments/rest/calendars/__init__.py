"""The calendars of a desk, for front ends of those who set desks up."""
