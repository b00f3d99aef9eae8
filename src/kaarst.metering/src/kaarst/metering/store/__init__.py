"""Readings and what is made of them, in SQLite or PostgreSQL.

Moments are UTC milliseconds, values whole millionths of the register's unit (`units.amount`), hours
are counted from 1970-01-01T00Z, days are local days of Europe/Berlin counted from 1970-01-01.
"""
