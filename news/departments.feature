A case belongs to the department of its service: only the clerks whom its sharing page names see and work it, Managers included; cases are handed over, and who was made a clerk is written down.
