"""Which variants a service has, and the language a page of a variant speaks."""

from dataclasses import dataclass
from kaarst.services.catalogue.variants import EASY
from kaarst.services.catalogue.variants import ENGLISH


@dataclass(frozen=True)
class Variant:
    """A service in another language: `title` and `description` as lists show them."""

    title: str
    description: str


def variants(service) -> dict[str, Variant]:
    """The variants of a service by the last part of their addresses."""
    found = {}
    title = (getattr(service, "title_en", None) or "").strip()
    if title:
        found[ENGLISH] = Variant(title, getattr(service, "description_en", None) or "")
    text = getattr(service, "text_easy", None)
    if text and text.raw.strip():
        found[EASY] = Variant(getattr(service, "title_easy", None) or service.title, "")
    return found
