"""`POST /@draw-entry` and `/@draw-entry-withdraw`: by number and PIN."""
