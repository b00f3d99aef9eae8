"""Figures about a desk, without names: a picture, tables, CSV and REST."""
