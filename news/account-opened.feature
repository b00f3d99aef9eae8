Signing in as a citizen keeps nothing; who opens an account finds everything in it, takes it along as a file and deletes it completely with one click. Accounts that are not used end after a warning.
