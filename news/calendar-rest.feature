The calendars of a desk are connected over REST as well (`@calendars`, `@calendar-connect` and others).
