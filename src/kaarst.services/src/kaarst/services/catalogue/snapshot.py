"""All services of a site as plain values, kept in memory until the site's catalogue changes.

A page of the catalogue wakes no service object: it reads these values and asks portal_catalog only
which services the user may see.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import replace
from kaarst.core import changes
from kaarst.services.catalogue.fees import parse_fees
from kaarst.services.catalogue.plaintext import plain_text
from kaarst.services.catalogue.search.index import Document
from kaarst.services.catalogue.search.index import Index
from kaarst.services.catalogue.search.words import fold
from kaarst.services.catalogue.variants.reading import Variant
from kaarst.services.catalogue.variants.reading import variants
from kaarst.services.forms.login import demand
from plone import api
from threading import Lock
from types import MappingProxyType
from typing import Self


@dataclass(frozen=True)
class Entry:
    """A service in a list.

    `uid`, `path` (absolute, as portal_catalog has it), `title`, `description`; `letter`: under
    which it stands in A–Z ("Ä" under "A", digits and signs under "#"); `topics` and `department`
    are UIDs, also of what the reader may not see; `variants` by the last part of their addresses;
    `is_online`: whether it has a form or a link to another authority's; `login_level`: the word of the
    level that its published form needs ("none" without a login), empty without such a form.
    """

    uid: str
    path: str
    title: str
    description: str
    letter: str
    topics: tuple[str, ...]
    department: str
    text: str
    variants: Mapping[str, Variant]
    is_online: bool = False
    login_level: str = ""

    @property
    def sort_key(self) -> tuple[str, str]:
        return fold(self.title), self.title

    def variant(self, name: str) -> Self | None:
        """This entry in another language, or None where it has none."""
        variant = self.variants.get(name)
        return variant and replace(
            self,
            path=f"{self.path}/{name}",
            title=variant.title,
            description=variant.description,
            letter=letter_of(variant.title),
            text="",
        )


@dataclass(frozen=True)
class Snapshot:
    """`entries` by UID, sorted by title, and the search index whose keys are the UIDs."""

    entries: Mapping[str, Entry]
    index: Index


_kept: dict[str, tuple[str, Snapshot]] = {}
_lock = Lock()


def letter_of(title: str) -> str:
    """The letter under which a title stands in A–Z."""
    first = fold(title.strip())[:1].upper()
    return first if "A" <= first <= "Z" else "#"


def snapshot(site) -> Snapshot:
    """The snapshot of a site as the current transaction sees it.

    Rebuilt when something was indexed since. Within a transaction that has changed something
    itself, each call builds one and forgets it.
    """
    state = changes.state(site)
    if state is None:
        return _build()
    place = changes.place(site)
    with _lock:
        kept = _kept.get(place)
        if kept is None or kept[0] != state:
            kept = _kept[place] = (state, _build())
        return kept[1]


def _build() -> Snapshot:
    catalog = api.portal.get_tool("portal_catalog")
    read = []
    for brain in catalog.unrestrictedSearchResults(portal_type="Service"):
        service = brain._unrestrictedGetObject()
        read.append((_entry(service, brain), service))
    read.sort(key=lambda pair: pair[0].sort_key)
    return Snapshot(
        MappingProxyType({entry.uid: entry for entry, _service in read}),
        Index(_document(entry, service) for entry, service in read),
    )


def _targets(service, name: str) -> list:
    """What a relation of a service points to, visible or not; a target that is gone is left out."""
    value = getattr(service, name) or []
    relations = value if isinstance(value, list) else [value]
    found = [relation.to_object for relation in relations if not relation.isBroken()]
    return [target for target in found if target is not None]


def _entry(service, brain) -> Entry:
    title = service.title or service.getId()
    department = _targets(service, "department")
    return Entry(
        uid=brain.UID,
        path=brain.getPath(),
        title=title,
        description=service.description or "",
        letter=letter_of(title),
        topics=tuple(api.content.get_uuid(topic) for topic in _targets(service, "topics")),
        department=api.content.get_uuid(department[0]) if department else "",
        text=plain_text(service.text),
        variants=MappingProxyType(variants(service)),
        is_online=bool(service.online_url or _targets(service, "form")),
        login_level=_login_level(service),
    )


def _login_level(service) -> str:
    """The level that the form asks for at present."""
    form = next(iter(_targets(service, "form")), None)
    if form is None or api.content.get_state(form, default="published") != "published":
        return ""
    return demand.needed(form).word


def _lines_of(entry: Entry, service) -> list[str]:
    """Everyday words, and whatever else the service is called in its variants."""
    return [
        *(service.synonyms or ()),
        *(getattr(service, "synonyms_en", None) or ()),
        *(variant.title for variant in entry.variants.values() if variant.title != entry.title),
    ]


def _document(entry: Entry, service) -> Document:
    related = [*_targets(service, "topics"), *_targets(service, "department")]
    return Document(
        key=entry.uid,
        title=entry.title,
        synonyms=tuple(line for line in _lines_of(entry, service) if line and line.strip()),
        description=entry.description,
        context=tuple(item.Title() for item in related),
        text="\n".join(
            [
                entry.text,
                plain_text(service.requirements),
                *(service.documents or ()),
                *(fee.label for fee in parse_fees(service.fees)),
            ]
        ),
    )
