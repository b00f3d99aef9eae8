"""`GET {desk}/@day`: the day of those who work at a desk."""
