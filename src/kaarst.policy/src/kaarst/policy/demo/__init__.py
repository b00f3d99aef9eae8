"""The demo city: Kaarst with its real places and hours, and people that do not exist."""
