"""The receipt: a PDF with everything that was sent, for who has number and PIN."""
