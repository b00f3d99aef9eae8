"""The wish list at the site: asking, answering an offer, and telling people what happened."""
