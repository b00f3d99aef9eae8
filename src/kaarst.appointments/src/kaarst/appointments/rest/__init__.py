"""The interface for other front ends, one folder for each endpoint."""
