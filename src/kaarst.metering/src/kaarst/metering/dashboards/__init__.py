"""What the readings say, for people and programs: pages, pictures, REST, alerts."""
