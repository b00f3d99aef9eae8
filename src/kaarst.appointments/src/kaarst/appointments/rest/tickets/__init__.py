"""Tickets without an appointment."""
