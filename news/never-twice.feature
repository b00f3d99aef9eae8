Why nobody is booked twice is explained for everybody, with the result of a trial of 100 rounds on each database in which web processes are killed.
