"""Messages without an application: citizens write to the town hall, and it writes to them.

A conversation is a case without a form: it lies on the desk of a department, somebody takes it,
both sides write with files, and when it is closed its time begins to run. So it has everything a
case has: rights, deputies, history, audit, search, scans, the person's export. What differs: it
stands in an account (number and PIN are told to nobody), its subject stands in no mail and in no
statistics, and an answer opens it again.
"""
