The page of a service that can be had by video, the one about the BundID among them, shows the next free time with a button that books it.
