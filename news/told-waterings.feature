Citizens tell at a tree's page that they have watered it, without an account; it counts once somebody who waters has confirmed it.
