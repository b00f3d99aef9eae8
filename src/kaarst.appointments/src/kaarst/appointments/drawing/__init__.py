"""The draw at the site: announcing, taking part, drawing, and telling people what happened."""
