Front ends get errors in one form, and with an Idempotency-Key the first answer again.
