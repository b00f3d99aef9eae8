"""Whose cases are whose: a case belongs to a department, and only its clerks see it."""
