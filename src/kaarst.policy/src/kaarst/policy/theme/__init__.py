"""The face of the site: page frame, style sheet, icons, script."""
