"""By when the town wants an answer: said to the citizen, reminded of, and seen by the clerk."""
