"""`@service-export` and `@service-import`: services in files, for other programs."""
