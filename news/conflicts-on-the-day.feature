The page of a desk's day says how many appointments to come an event in a connected calendar lies on, and leads to them.
