"""`GET {desk}/@to-call`, `POST {desk}/@told`: who was moved and has no e-mail address."""
