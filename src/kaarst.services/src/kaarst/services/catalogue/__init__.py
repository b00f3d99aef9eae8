"""The catalogue: services and topics, how they are found and how they are shown."""
