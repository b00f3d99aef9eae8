A clerk names a deputy for some days, in the browser or over REST: the deputy sees and works the clerk's cases meanwhile, and the history says who acted for whom.
