"""`GET {desk}/@week`: the week that follows from what was set."""
