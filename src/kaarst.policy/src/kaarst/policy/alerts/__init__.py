"""Notices above the pages: a burst pipe, a closed office, a storm warning."""
