"""`@services`: lists and searches the services of a site."""
