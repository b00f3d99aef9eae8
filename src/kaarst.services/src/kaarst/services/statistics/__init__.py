"""Figures for the head of the administration: what came in, how long it took, what is overdue."""
