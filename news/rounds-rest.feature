Rain is entered and watering rounds are planned over REST (`@rain`, `@rounds`), beside ticking them off.
