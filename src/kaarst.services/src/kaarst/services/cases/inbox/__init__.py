"""The clerks' inbox: whose case it is, and giving cases to each other, in the browser and over REST."""
