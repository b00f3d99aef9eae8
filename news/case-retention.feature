Closed cases are deleted by themselves after the period their form sets; the privacy page says which.
