"""`GET {desk}/@misfits`."""
