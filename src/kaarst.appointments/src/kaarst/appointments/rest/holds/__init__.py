"""`POST {desk}/@holds` and `/@hold-release`."""
