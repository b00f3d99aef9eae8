"""Appointments at the site: kept beside the content, found by number and PIN, told by mail."""
