"""Decisions on their way: written, looked at by somebody else, released to the citizen, filed."""
