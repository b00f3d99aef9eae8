What a desk holds back can be drawn by lot among those who ask until the day before, with a draw anybody can check; the page says how long it is until more times can be booked.
