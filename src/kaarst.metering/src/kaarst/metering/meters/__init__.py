"""Buildings and meters as content, and their registers in the store."""
