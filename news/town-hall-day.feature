On the day citizens check in on the phone or at a terminal; the terminal draws tickets, a display with sound and voice calls them, and a page says how long the wait is now; the same over REST.
