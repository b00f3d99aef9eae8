"""The worker: a process that does what need not happen while a citizen waits."""
