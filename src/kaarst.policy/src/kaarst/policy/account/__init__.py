"""Mein Kaarst: the page of the citizen's account. What stands in it, the packages bring."""
