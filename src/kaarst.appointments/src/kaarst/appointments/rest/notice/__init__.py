"""`POST {desk}/@hall-notice`."""
