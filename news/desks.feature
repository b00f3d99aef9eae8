Desks with their services, counters, hours, recurring breaks and release rules are set up by forms in the browser, with a preview of the week that follows from them.
