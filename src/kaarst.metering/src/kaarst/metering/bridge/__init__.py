"""From the broker to the store: a message is acknowledged only after the commit that contains it."""
