"""A service in English and in Leichte Sprache, each at an address of its own below the service.

The variants are fields of the service: nobody has to keep two pages alike, and what has no
translation is not shown half translated.
"""

ENGLISH = "en"
EASY = "leicht"
