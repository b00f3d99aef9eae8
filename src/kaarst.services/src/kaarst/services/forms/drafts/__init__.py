"""Forms put aside: saved before they are finished, found again by number and PIN."""
