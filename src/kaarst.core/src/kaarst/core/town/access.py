"""Asks for the settings of the town."""

from functools import cached_property
from kaarst.core.opening_hours.fields import schedule_of
from kaarst.core.opening_hours.schedule import Schedule
from kaarst.core.town import checks
from kaarst.core.town import colour
from kaarst.core.town.interfaces import ITown
from kaarst.core.town.interfaces import PREFIX
from plone.registry.interfaces import IRegistry
from zope.component import getUtility
from zope.component import queryUtility

import hashlib


class Town:
    """One town: every field of ITown as an attribute, and what follows from them.

    Reads the registry when asked; keep it no longer than a request. A record that is missing has
    the field's default.
    """

    def __init__(self, records):
        self._records = records

    def __getattr__(self, name):
        if name.startswith("_") or name not in ITown:
            raise AttributeError(name)
        return getattr(self._records, name)

    @property
    def full_name(self) -> str:
        """The official name, or the name where none is given."""
        return self.official_name or self.name

    @property
    def accent(self) -> str:
        """The accent colour as "#rrggbb", readable on white; the default where the stored one is not."""
        try:
            stored = colour.normalise(self.accent_colour)
        except ValueError:
            return ITown["accent_colour"].default
        return (
            stored if colour.readable_on(stored, colour.WHITE) else ITown["accent_colour"].default
        )

    @property
    def accent_dark(self) -> str:
        """The accent colour for the dark theme, readable on its ground."""
        return colour.dark_variant(self.accent)

    @cached_property
    def schedule(self) -> Schedule:
        """The opening hours of the town hall."""
        return schedule_of(self)

    @property
    def postal_code_and_city(self) -> str:
        return " ".join(filter(None, (self.postal_code, self.city)))

    @property
    def coat_of_arms_version(self) -> str:
        """Changes with the picture, so that its address may be cached for ever; "" without a picture."""
        stored = self.coat_of_arms
        return hashlib.sha256(stored).hexdigest()[:12] if stored else ""

    def coat_of_arms_path(self) -> str:
        """Address of the picture relative to the site; "" without a picture."""
        version = self.coat_of_arms_version
        return f"@@coat-of-arms?v={version}" if version else ""

    @property
    def accounts(self) -> list[tuple[str, str]]:
        """Bank and IBAN of every account."""
        found = []
        for line in filter(None, map(str.strip, (self.bank_accounts or "").splitlines())):
            bank, _colon, number = line.rpartition(":")
            found.append((bank.strip(), checks.iban.format(number.strip())))
        return found

    @property
    def places(self) -> dict[str, tuple[str, ...]]:
        """The names of places by the town's postal codes, the town itself first."""
        found = {}
        for line in filter(None, map(str.strip, (self.postal_places or "").splitlines())):
            code, _blank, names = line.partition(" ")
            found[code] = tuple(filter(None, map(str.strip, names.split(","))))
        return found


def own_places() -> dict[str, tuple[str, ...]]:
    """The places of the current site's town; none outside a site."""
    registry = queryUtility(IRegistry)
    return town().places if registry is not None else {}


def town(site=None) -> Town:
    """The town of `site`, or of the site of the current request. Never None."""
    registry = getUtility(IRegistry, context=site)
    return Town(registry.forInterface(ITown, check=False, prefix=PREFIX))
