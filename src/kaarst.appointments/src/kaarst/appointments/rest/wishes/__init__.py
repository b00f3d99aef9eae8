"""`POST {desk}/@wishes`."""
