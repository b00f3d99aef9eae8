"""Whom a request is about, and what was found. Plain Python."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from datetime import datetime

import re
import unicodedata


WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Person:
    """Somebody by one of three ways: an address, a number, or a name with a day of birth.

    A name alone is not enough: two people have the same, and one would read the other's data.
    """

    email: str = ""
    number: str = ""
    name: str = ""
    born: date | None = None

    @property
    def is_enough(self) -> bool:
        return bool(self.email or self.number or (folded(self.name) and self.born))

    def has_number(self, number: str) -> bool:
        return bool(self.number) and bool(number) and self.number == number

    def has_email(self, addresses: Iterable[str]) -> bool:
        """Whether the person's address is one of these, whatever its capitals."""
        wanted = _address(self.email)
        return bool(wanted) and any(_address(address) == wanted for address in addresses)

    def has_name(self, texts: Iterable[str], days: Iterable[date]) -> bool:
        """Whether every word of the name is in these texts, and the day of birth in these days."""
        wanted = folded(self.name)
        if not wanted or self.born is None or self.born not in days:
            return False
        there = {word for text in texts for word in folded(text)}
        return all(word in there for word in wanted)


@dataclass(frozen=True)
class Finding:
    """One thing about a person.

    `title`: what it is, in words (i18n message or text). `when`: aware. `hold`: why it must not be
    erased at present, translatable, or None. `erased_by`: "deleted" or "anonymised". `number`: of a case or a booking, if the id is
    something else.
    """

    id: str
    title: str
    when: datetime
    hold: str | None = None
    erased_by: str = "deleted"
    number: str = ""


def folded(text: str) -> list[str]:
    """The words of a text: `Köln-Süd` gives köln and süd."""
    return WORD.findall(unicodedata.normalize("NFKC", text).casefold())


def _address(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().casefold()
