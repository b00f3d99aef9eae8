"""`POST {desk}/@find`."""
