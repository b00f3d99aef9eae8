"""`GET` and `POST {desk}/@closures`, `POST {desk}/@closure-end`: closing for a while."""
