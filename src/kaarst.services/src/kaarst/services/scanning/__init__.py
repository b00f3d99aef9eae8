"""Virus scan of everything that comes in: held back until the worker has had it looked at.

`KAARST_CLAMD` names a ClamAV daemon, for the web processes and for the worker. Then a file that
somebody sends is kept, but nobody gets it before the worker has sent it to the daemon. Without
that setting nothing is held back, and clerks read “not checked” beside the file.
"""
