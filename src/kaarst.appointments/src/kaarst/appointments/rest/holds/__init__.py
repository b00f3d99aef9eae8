"""`POST {desk}/@holds`."""
