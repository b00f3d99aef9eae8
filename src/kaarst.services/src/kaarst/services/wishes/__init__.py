"""Which services to digitise next: a ranked list of wishes, of staff first and then of everybody."""
