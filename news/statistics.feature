The head of the administration sees how many cases came in and were decided, how long it took and what is overdue, by month, department and form; without names, and after the cases are deleted.
