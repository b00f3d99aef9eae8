"""Tariffs, emission factors and budgets as editors write them; the reckoning is in `tariff`."""
