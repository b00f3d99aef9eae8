"""`GET {desk}/@draws` and `POST {desk}/@draw-entries`."""
