"""`POST /@booking`, `/@booking-cancel`, `/@booking-move`, `/@booking-late`: by number and PIN."""
