"""The citizen's pages: choose, book, look up, move, cancel; each works without JavaScript."""
