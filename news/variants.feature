A service can have a page in English and one in Leichte Sprache, each at an address of its own.
