Pages are kept in memory for visitors until something changes, static files by browsers for a year; nothing of who is logged in is kept anywhere.
