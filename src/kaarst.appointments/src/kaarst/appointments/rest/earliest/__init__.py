"""`GET /@earliest`: the first free time at each desk that can do all of it."""
