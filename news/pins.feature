What is stored of a PIN is an HMAC with a key that does not lie in the database: a copy of the database allows no guess, and whoever books does not wait for a slow hash.
