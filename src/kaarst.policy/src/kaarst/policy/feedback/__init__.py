"""“Was this page helpful?”: counted without cookies and outside the catalogue."""
