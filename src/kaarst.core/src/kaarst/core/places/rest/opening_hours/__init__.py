"""GET {place}/@opening-hours and GET /@opening-hours: the town hall's."""
