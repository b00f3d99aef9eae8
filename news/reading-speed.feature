A year's page of a building is made in a fraction of the time: of days with all their hours only those beside a change of price are read, and each price is multiplied once.
