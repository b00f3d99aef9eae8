"""The catalogue's page: search, life situations, A–Z, departments."""

from functools import cached_property
from itertools import groupby
from kaarst.core.places.contact import phone_url
from kaarst.core.signin.levels import Level
from kaarst.core.signin.levels import named
from kaarst.core.signin.levels import WAYS
from kaarst.core.town import town
from kaarst.services import _
from kaarst.services.catalogue.browser.resources import WithStylesheet
from kaarst.services.catalogue.finder import Finder
from kaarst.services.catalogue.search.query import LONGEST_QUERY
from kaarst.services.catalogue.variants import EASY
from kaarst.services.catalogue.variants import ENGLISH
from kaarst.services.wishes import listing
from plone.batching import Batch
from Products.Five.browser import BrowserView
from urllib.parse import urlencode
from zope.i18n import translate

import re


PAGE_SIZE = 20


class CatalogueView(WithStylesheet, BrowserView):
    """Lists the services of the site; a view an editor chooses for a folder.

    In a folder whose language is English it lists the services that have a page in English, with
    `variant=leicht` those in Leichte Sprache.

    Reads `q`, `letter`, `topic`, `department` (UID or id) and `b_start` from the query string; what
    cannot be used is ignored. With `q` the others narrow the search.
    """

    @cached_property
    def finder(self):
        return Finder(variant=self.variant)

    @cached_property
    def variant(self) -> str:
        """English in an English folder; Leichte Sprache where the address asks for it."""
        if self._text("variant") == EASY:
            return EASY
        return ENGLISH if (self.context.Language() or "").startswith("en") else ""

    @cached_property
    def query(self) -> str:
        return " ".join(self._text("q").split())[:LONGEST_QUERY]

    @cached_property
    def letter(self) -> str:
        letter = self._text("letter").upper()
        return letter if letter in self.finder.letters() else ""

    @cached_property
    def topic(self):
        return self.finder.group_named(self.topics, self._text("topic"))

    @cached_property
    def department(self):
        return self.finder.group_named(self.departments, self._text("department"))

    @property
    def url(self) -> str:
        return self.context.absolute_url()

    @property
    def page_title(self) -> str:
        """What a browser shows in its tab."""
        if self.query:
            return translate(
                _("Search: ${query}", mapping={"query": self.query}), context=self.request
            )
        return " – ".join(filter(None, [self.filter_title, self.context.Title()]))

    @property
    def narrowed(self) -> bool:
        return bool(self.letter or self.topic or self.department or self.variant == EASY)

    @property
    def filter_title(self) -> str:
        parts = [self.letter, *(group.title for group in (self.topic, self.department) if group)]
        if self.variant == EASY:
            parts.append("Leichte Sprache")
        return ", ".join(filter(None, parts))

    @cached_property
    def has_easy_language(self) -> bool:
        """Whether there is a list in Leichte Sprache to link to."""
        return not self.variant and any(
            EASY in entry.variants for entry in self.finder.entries.values()
        )

    @property
    def is_overview(self) -> bool:
        return not (self.query or self.narrowed)

    @cached_property
    def topics(self):
        return self.finder.topics()

    @cached_property
    def departments(self):
        return self.finder.departments()

    @cached_property
    def result(self):
        return self.finder.search(self.query)

    @cached_property
    def batch(self) -> Batch:
        """The services to show: hits of the search, or entries of the list."""
        if self.query:
            entries = self.finder.entries
            chosen = {entry.uid for entry in self._select(entries.values())}
            items = [hit for hit in self.result.hits if hit.key in chosen]
        else:
            items = self._select(None)
        start = self._text("b_start")
        start = int(start) if re.fullmatch(r"[0-9]{1,6}", start) else 0
        return Batch(items, PAGE_SIZE, start)

    @property
    def items(self) -> list[dict]:
        """What the template shows of each service on this page of the list."""
        if self.query:
            return [self._found(hit) for hit in self.batch]
        return [self._listed(entry) for entry in self.batch]

    @property
    def groups_by_letter(self) -> list[tuple[str, list[dict]]]:
        """All services under their letters."""
        entries = self.finder.entries.values()
        return [
            (letter, [self._listed(entry) for entry in group])
            for letter, group in groupby(entries, key=lambda entry: entry.letter)
        ]

    @staticmethod
    def anchor(letter: str) -> str:
        """The id of a letter's heading."""
        return f"letter-{'other' if letter == '#' else letter.lower()}"

    def link(self, group) -> str:
        return self.finder.url(group.path)

    def department_url(self, group) -> str:
        return f"{self.url}?{urlencode({'department': group.id})}"

    def query_url(self, query: str) -> str:
        return f"{self.url}?{urlencode({'q': query})}"

    @property
    def town(self):
        return town()

    @property
    def phone_url(self) -> str:
        return phone_url(self.town.phone)

    @property
    def wishes_url(self) -> str:
        """Where people say what shall go online next; "" while that is the staff's own affair."""
        return f"{self.finder.site.absolute_url()}/digitalwuensche" if listing.is_open() else ""

    @property
    def site_search_url(self) -> str:
        return f"{self.finder.site.absolute_url()}/@@search"

    def _text(self, name: str) -> str:
        value = self.request.form.get(name, "")
        return value if isinstance(value, str) else ""

    def _select(self, entries):
        return self.finder.select(
            entries,
            letter=self.letter,
            topic=self.topic.uid if self.topic else "",
            department=self.department.uid if self.department else "",
        )

    def _listed(self, entry) -> dict:
        return {
            "url": self.finder.url(entry.path),
            "title": entry.title,
            "description": entry.description,
            "login": _login(entry),
        }

    def _found(self, hit) -> dict:
        found = self.finder.explain(hit)
        return {
            "url": self.finder.url(found.entry.path),
            "title": found.title,
            "login": _login(found.entry),
            "snippet": found.snippet,
            "via": found.via,
        }


def _login(entry):
    """How one signs in for the form of a service, translatable; empty where one need not."""
    return WAYS.get(named(entry.login_level, Level.NONE), "")
