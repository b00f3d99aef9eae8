"""`POST {desk}/@bookings`."""
