"""One case made of two, and two of one."""
