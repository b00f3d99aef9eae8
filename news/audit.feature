Every night all ledgers are compared with all appointments; the health check says what was found.
