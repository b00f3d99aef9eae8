Forms ask for an address with one field of the builder: street, postal code, place and country are checked together, also against the town's own postal codes.
