"""`POST /@booking`, `/@booking-cancel`, `/@booking-move`: by number and PIN."""
