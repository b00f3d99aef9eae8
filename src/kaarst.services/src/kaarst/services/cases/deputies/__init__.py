"""Clerks stand in for each other: from a day to a day, one sees and works the other's cases."""
