The bridge takes in meters' messages faster: large reads from the broker, batches of 2,000, one statement for all roll-ups in PostgreSQL.
