"""What the display of a desk shows."""
