"""Cases that a clerk files for a citizen at the counter, on the phone, by letter or by e-mail."""
