"""Citizens and businesses: their own meters only, by a letter and a consent that they can withdraw."""
