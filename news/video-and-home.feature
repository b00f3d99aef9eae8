Appointments by video, each with a room nobody can guess on the town's own server, and visits at home with the address, the way, two people and the kit taken together and a route list for the day.
