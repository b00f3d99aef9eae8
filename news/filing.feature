Clerks fill in a form for a citizen at the counter, on the phone, or from a letter or an e-mail, in the browser and over REST; the case, its history and the figures know the channel.
