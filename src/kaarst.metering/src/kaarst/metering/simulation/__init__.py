"""A town of simulated meters and trees for the demo city: what they are, what they send."""
