"""Services in files: out for other systems and spreadsheets, in with a report before anything happens."""
