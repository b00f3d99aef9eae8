"""The day at the town hall: arrival, tickets, the terminal and the display for the waiting room."""
