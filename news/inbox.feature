The clerks' list shows the most urgent case first and whose it is; clerks list their own cases and those of nobody yet, and give one or several to a colleague.
