An hourly year of a meter is read from half as many readings where the meter is read as the clock strikes.
