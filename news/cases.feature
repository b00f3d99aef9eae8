What a citizen sends becomes a case with a number, a PIN and an e-mail; clerks see it at once.
