"""Public holidays of North Rhine-Westphalia.

Source of the days: Feiertagsgesetz NW, § 2, as kept by the library `holidays`.
"""

from datetime import date
from functools import lru_cache

import holidays


SUBDIVISION = "NW"
LANGUAGES = {"de": "de", "en": "en_US"}


@lru_cache(maxsize=64)
def _year(year: int, language: str) -> dict[date, str]:
    return dict(holidays.Germany(subdiv=SUBDIVISION, years=year, language=language))


def holiday_name(day: date, language: str = "de") -> str | None:
    """The name of the public holiday on `day` in NRW, or None on any other day.

    `language` is "de" or "en"; any other gives German.
    """
    return _year(day.year, LANGUAGES.get(language, "de")).get(day)
