"""`GET @trees`, and the ticks of a watering round: `GET` and `POST {round}/@waterings`."""
