A mail about an appointment has a link with which it is moved, cancelled or said to be late without a PIN; the wish list's mail leads to yes or no the same way.
