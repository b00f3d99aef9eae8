Town and citizen write to each other about a case, with files; while the citizen is to answer, the deadline clock stands still. Citizens can withdraw.
