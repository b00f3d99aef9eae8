"""The town hall as citizens meet it: departments, places with opening hours, people to turn to."""
