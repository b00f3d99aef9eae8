"""What appointments and wishes say about a person, for requests after Art. 15 and 17 GDPR."""
