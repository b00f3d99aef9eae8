"""What the worker does by itself, how long data are kept, and what the health check looks at."""
