"""Whether readings come in and go out."""
