"""What an import would do: which services it makes, which it changes and how, and what it leaves out.

Plain Python, without Plone. A plan is made from a file and from what the site has; nothing happens
by making it. The same file and the same site give the same plan, so it can be shown first, and made
and carried out after somebody has agreed.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace
from kaarst.services import _
from kaarst.services.catalogue.exchange.check import mistakes
from kaarst.services.catalogue.exchange.fields import FIELDS
from kaarst.services.catalogue.exchange.fields import NAME
from kaarst.services.catalogue.exchange.fields import NAMES
from kaarst.services.catalogue.exchange.records import Note
from kaarst.services.catalogue.exchange.records import Parsed
from kaarst.services.catalogue.exchange.records import Record
from typing import Any

import hashlib


NEW, CHANGED, SAME, WRONG = "new", "changed", "same", "wrong"
SAME_TITLE = _(
    "error_same_title",
    default="There is more than one service with this title. Please say by its id which one is meant.",
)


@dataclass(frozen=True)
class Known:
    """A service of the site: UID, all its values, and why it cannot be changed now (a message)."""

    uid: str
    values: Mapping[str, Any]
    refusal: Any = None

    @property
    def title(self) -> str:
        return self.values["title"]


@dataclass(frozen=True)
class Change:
    """One field that gets another value."""

    name: str
    before: Any
    after: Any


@dataclass
class Item:
    """A service of the file. `known`: the one of the site it changes, or None for a new one."""

    record: Record
    known: Known | None = None
    changes: list[Change] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    @property
    def action(self) -> str:
        """NEW, CHANGED, SAME, or WRONG: it cannot be imported like this."""
        if any(note.wrong for note in self.notes):
            return WRONG
        if self.known is None:
            return NEW
        return CHANGED if self.changes else SAME

    @property
    def title(self) -> str:
        return self.record.title or (self.known.title if self.known else "")


@dataclass
class Plan:
    """All that would happen. `notes` concern no service in particular."""

    items: list[Item]
    notes: list[Note]

    def having(self, action: str) -> list[Item]:
        return [item for item in self.items if item.action == action]

    @property
    def does_something(self) -> bool:
        return bool(self.having(NEW) or self.having(CHANGED))

    @property
    def digest(self) -> str:
        """Names what would happen: equal for equal plans. What was agreed to is what is done."""
        told = [
            (item.action, item.record.id, item.known and item.known.uid, item.changes)
            for item in self.items
        ]
        return hashlib.sha256(repr(told).encode()).hexdigest()


@dataclass(frozen=True)
class Site:
    """What a site has: its services, and the titles of what services point to, by field."""

    services: list[Known]
    titles: Mapping[str, list[str]]


def folded(title: str) -> str:
    """Titles are the same when only case and blanks differ."""
    return " ".join(title.split()).casefold()


def make(parsed: Parsed, site: Site) -> Plan:
    """The plan for a file."""
    matches = _matches(parsed.records, site.services)
    titles = {**site.titles, "related_services": _service_titles(parsed.records, site.services)}
    items = []
    for number, (record, known) in enumerate(zip(parsed.records, matches, strict=True)):
        item = Item(record, known, notes=[one for one in parsed.notes if one.record == number])
        _fill(item, titles)
        items.append(item)
    _refuse_doubtful(items, site.services)
    return Plan(items, [note for note in parsed.notes if note.record is None])


def _refuse_doubtful(items: list[Item], services: list[Known]) -> None:
    """Nobody guesses which service is meant."""
    meant = Counter(item.known.uid for item in items if item.known)
    new = Counter((item.record.id, folded(item.title)) for item in items if not item.known)
    taken = {folded(known.title) for known in services}
    for item in items:
        if item.known and meant[item.known.uid] > 1:
            item.notes.append(_wrong(item, _("The file has this service twice.")))
        elif not item.known and item.title:
            if folded(item.title) in taken:
                item.notes.append(_wrong(item, SAME_TITLE))
            elif new[item.record.id, folded(item.title)] > 1:
                item.notes.append(_wrong(item, _("The file has this service twice.")))


def _fill(item: Item, titles: Mapping[str, list[str]]) -> None:
    """Works out changes and mistakes of one service."""
    values = dict(item.record.values)
    if item.known is None and not values.get("title"):
        values["title"] = ""
    for name, message in mistakes(values):
        column = FIELDS[name].column
        item.notes.append(
            _wrong(item, _("${field}: ${problem}", mapping={"field": column, "problem": message}))
        )
    for name in titles:
        if name in values:
            values[name] = _found(item, name, values[name], titles[name])
            if values[name] is None:
                del values[name]
    before = item.known.values if item.known else {}
    item.changes = [
        Change(name, before.get(name, FIELDS[name].empty), value)
        for name, value in values.items()
        if value != before.get(name, FIELDS[name].empty)
    ]
    item.record = replace(item.record, values=values)
    if item.known is not None and item.changes and item.known.refusal:
        item.notes.append(_wrong(item, item.known.refusal))


def _wrong(item: Item, message) -> Note:
    return Note(item.record.line, item.title, message, wrong=True)


def _found(item: Item, name: str, value: Any, titles: list[str]) -> Any:
    """The titles as the site has them; None, to leave the field alone, if none is known.

    What is not known, or known twice, is noted and left out.
    """
    known: dict[str, list[str]] = {}
    for title in titles:
        known.setdefault(folded(title), []).append(title)
    given = value if FIELDS[name].kind == NAMES else [value] if value else []
    found = []
    for title in given:
        same = known.get(folded(title), [])
        if len(same) == 1:
            found.append(same[0])
            continue
        mapping = {"field": FIELDS[name].column, "title": title[:80]}
        if same:
            message = _(
                "note_name_twice",
                default="${field}: there are several called “${title}”; this is left out.",
                mapping=mapping,
            )
        else:
            message = _(
                "note_name_unknown",
                default="${field}: “${title}” is not known here and is left out.",
                mapping=mapping,
            )
        item.notes.append(Note(item.record.line, item.title, message))
    if given and not found:
        return None
    if FIELDS[name].kind == NAME:
        return found[0] if found else ""
    return tuple(dict.fromkeys(found))


def _service_titles(records: list[Record], services: list[Known]) -> list[str]:
    """Titles a service may name as related: those of the site, and those the file brings."""
    titles = {known.title: None for known in services}
    have = {folded(title) for title in titles}
    titles.update(
        {one.title: None for one in records if one.title and folded(one.title) not in have}
    )
    return list(titles)


def _matches(records: list[Record], services: list[Known]) -> list[Known | None]:
    """The service of the site that each record means: by id, else by title, else by LeiKa key.

    By title and key only where one service of the site, and one of the file, has it.
    """
    by_uid = {known.uid: known for known in services}
    found = [by_uid.get(record.id) for record in records]
    for key in (
        lambda values: folded(values.get("title", "")),
        lambda values: values.get("leika_key"),
    ):
        taken = {known.uid for known in found if known}
        free = _unique((key(known.values), known) for known in services if known.uid not in taken)
        asked = _unique(
            (key(record.values), number)
            for number, record in enumerate(records)
            if found[number] is None
        )
        for value, number in asked.items():
            found[number] = free.get(value)
    return found


def _unique(pairs) -> dict:
    """Values by key, without keys that are empty or come twice."""
    pairs = list(pairs)
    times = Counter(key for key, _value in pairs)
    return {key: value for key, value in pairs if key and times[key] == 1}
