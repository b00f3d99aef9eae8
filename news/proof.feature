When a great many forms arrive, the sender's browser proves by a second of arithmetic that no program sends them; nobody has to solve a puzzle, and without JavaScript waiting does.
