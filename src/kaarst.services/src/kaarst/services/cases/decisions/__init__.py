"""Decisions (Bescheide): a letter made of a template, issued once and kept with the case."""
