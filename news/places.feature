Departments, places and contact points have pages of their own: address, ways to get in touch, accessibility, and opening hours that say what holds right now, on holidays too.
