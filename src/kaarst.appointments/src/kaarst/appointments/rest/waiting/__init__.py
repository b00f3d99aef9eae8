"""`GET {desk}/@waiting-list`, `POST {desk}/@waiting-list-accept`, `-refuse`, `-withdraw`."""
