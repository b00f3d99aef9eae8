"""Tariffs in force by date, and what something costs by them. Amounts are exact decimals in euros."""
