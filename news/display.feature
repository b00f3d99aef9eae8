A call display shows several desks, calls in German and English, sounds and speaks from the start: its address says so, put together by a form. Many calls at once stay on the screen.
