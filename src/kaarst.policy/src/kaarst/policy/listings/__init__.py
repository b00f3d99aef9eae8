"""News, events, search results and other lists."""
