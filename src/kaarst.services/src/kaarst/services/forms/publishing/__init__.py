"""Preview, publish, compare and go back: the pages and the service for a form's versions."""
