"""The pages of those who work at a desk: the day, the queue, booking by phone, closing."""
