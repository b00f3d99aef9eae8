"""`GET {desk}/@conflicts`."""
