"""`POST {desk}/@appointments`, `GET {desk}/@free-times`: booking for who calls or stands there."""
