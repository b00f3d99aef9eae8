"""Papers of the town: PDF files that screen readers can read and archives can keep."""
