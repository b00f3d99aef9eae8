"""What a city's health has to do with how it was founded."""
