"""`POST {desk}/@terminal-key`."""
