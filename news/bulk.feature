Clerks take several cases on at once and read which ones could not go on and why; keys for the list and a case can be switched on.
