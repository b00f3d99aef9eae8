An appointment can be moved to another place, not only to another time; number and PIN stay.
