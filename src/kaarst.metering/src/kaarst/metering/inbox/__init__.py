"""The Posteingang: what came in, what became of it, and how to mend what was not understood."""
