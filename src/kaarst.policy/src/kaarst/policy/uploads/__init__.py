"""The widget for files and pictures: one look, no script in the page."""
