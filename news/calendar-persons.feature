What connected calendars say about the staff is found for requests after Art. 15 and 17 GDPR, and stands on the privacy page.
