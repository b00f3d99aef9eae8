"""Pages of departments, places and contact points."""
