"""The catalogue as one reader may see it: by letter, by life situation, by department, by search."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from kaarst.services.catalogue.search.query import Hit
from kaarst.services.catalogue.search.query import Result
from kaarst.services.catalogue.search.query import search
from kaarst.services.catalogue.search.snippets import mark
from kaarst.services.catalogue.search.snippets import Piece
from kaarst.services.catalogue.search.snippets import snippet
from kaarst.services.catalogue.search.words import fold
from kaarst.services.catalogue.snapshot import Entry
from kaarst.services.catalogue.snapshot import snapshot
from plone import api


@dataclass(frozen=True)
class Found:
    """A service found by a query, with the reason in pieces of text to show.

    `via`: the everyday word that led here, or "" where title or text say enough.
    """

    entry: Entry
    score: float
    title: list[Piece]
    snippet: list[Piece]
    via: str


@dataclass(frozen=True)
class Group:
    """A topic or department that the reader may view, with the number of its services."""

    uid: str
    id: str
    path: str
    title: str
    description: str
    count: int


class Finder:
    """Lists and searches the services of a site that the current user may view.

    For anonymous users these are the published ones whose dates of publication and expiry allow
    it. Keep it no longer than a request. With `variant` it knows only the services that have this
    variant, under the variant's titles and addresses.
    """

    def __init__(self, site=None, variant: str = ""):
        self.site = site or api.portal.get()
        self.variant = variant
        self._catalog = api.portal.get_tool("portal_catalog")

    @cached_property
    def entries(self) -> dict[str, Entry]:
        """The services the user may view, by UID, sorted by title."""
        allowed = {brain.UID for brain in self._catalog.searchResults(portal_type="Service")}
        known = self._snapshot.entries
        found = {uid: entry for uid, entry in known.items() if uid in allowed}
        if not self.variant:
            return found
        others = [other for entry in found.values() if (other := entry.variant(self.variant))]
        return {entry.uid: entry for entry in sorted(others, key=lambda entry: entry.sort_key)}

    @cached_property
    def _snapshot(self):
        return snapshot(self.site)

    def letters(self) -> list[str]:
        """The letters under which there is a service."""
        return sorted({entry.letter for entry in self.entries.values()})

    def search(self, query: str) -> Result:
        """Hits of the search, best first; their keys are UIDs."""
        return search(self._snapshot.index, query, self.entries.keys())

    def explain(self, hit: Hit) -> Found:
        """A hit with the reason why it was found."""
        entry = self.entries[hit.key]
        compounds = self._snapshot.index.compounds
        title = mark(entry.title, hit.terms, compounds)
        described = mark(entry.description, hit.terms, compounds)
        if not any(piece.marked for piece in described):
            in_text = snippet(entry.text, hit.terms, compounds)
            described = in_text or described
        shows = any(piece.marked for piece in [*title, *described])
        via = "" if shows or hit.line == entry.title else hit.line
        return Found(entry, hit.score, title, described, via)

    def select(
        self,
        entries: Iterable[Entry] | None = None,
        letter: str = "",
        topic: str = "",
        department: str = "",
    ) -> list[Entry]:
        """The services (or those of `entries`) of a letter, a topic and a department.

        Topic and department: UID. Empty: any.
        """
        return [
            entry
            for entry in (self.entries.values() if entries is None else entries)
            if (not letter or entry.letter == letter)
            and (not topic or topic in entry.topics)
            and (not department or department == entry.department)
        ]

    def topics(self) -> list[Group]:
        """The life situations that the user may view, by title, also those without a service."""
        return self._groups("Topic", lambda uid, entry: uid in entry.topics)

    def departments(self) -> list[Group]:
        """The departments that have at least one service, by title."""
        groups = self._groups("Department", lambda uid, entry: uid == entry.department)
        return [group for group in groups if group.count]

    def _groups(self, portal_type: str, belongs) -> list[Group]:
        groups = [
            Group(
                brain.UID,
                brain.getId,
                brain.getPath(),
                brain.Title,
                brain.Description,
                sum(belongs(brain.UID, entry) for entry in self.entries.values()),
            )
            for brain in self._catalog.searchResults(portal_type=portal_type)
        ]
        return sorted(groups, key=lambda group: (fold(group.title), group.title))

    @staticmethod
    def group_named(groups: Iterable[Group], name: str) -> Group | None:
        """The group with this UID, or else with this id."""
        groups = list(groups)
        for attribute in ("uid", "id"):
            for group in groups:
                if getattr(group, attribute) == name:
                    return group
        return None

    def url(self, path: str) -> str:
        """The address of something by its path, as the reader's browser sees it."""
        return self.site.REQUEST.physicalPathToURL(path)
