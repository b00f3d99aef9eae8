Figures show how many reach each step of a form and go no further, by month and department; nobody is recognised.
