"""`GET {desk}/@slots`."""
