"""An icon for services, life situations and pages, chosen by the editor from the site's own set."""

from Acquisition import aq_base
from functools import lru_cache
from importlib.resources import files
from kaarst.policy import _
from plone.autoform.interfaces import IFormFieldProvider
from plone.supermodel import model
from zope import schema
from zope.interface import provider
from zope.schema.interfaces import IVocabularyFactory
from zope.schema.vocabulary import SimpleTerm
from zope.schema.vocabulary import SimpleVocabulary

import re


#: Icons that stand for subjects; the others are signs of the interface.
SUBJECTS = {
    "ballot": _("Election"),
    "bike": _("Bicycle"),
    "bin": _("Waste"),
    "bolt": _("Energy"),
    "book": _("Library"),
    "briefcase": _("Trade and work"),
    "building": _("Town hall"),
    "calendar": _("Calendar"),
    "car": _("Car"),
    "child": _("Child"),
    "coins": _("Money"),
    "construction": _("Building and living"),
    "document": _("Document"),
    "dog": _("Dog"),
    "family": _("Family"),
    "fish": _("Fishing"),
    "flower": _("Mourning"),
    "form": _("Form"),
    "heart": _("Health"),
    "id-card": _("Identity card"),
    "key": _("Key"),
    "leaf": _("Environment"),
    "map-pin": _("Place"),
    "megaphone": _("News"),
    "moving": _("Moving house"),
    "parking": _("Parking"),
    "passport": _("Passport"),
    "people": _("People"),
    "puzzle": _("Other"),
    "rings": _("Marriage"),
    "school": _("School"),
    "shield": _("Certificate"),
    "star": _("Culture and leisure"),
    "tools": _("Defect"),
    "tree": _("Tree"),
    "water": _("Water"),
    "accessibility": _("Disability"),
}
#: Shown where no icon was chosen.
FALLBACK = {"Topic": "people", "Service": "form", "Place": "map-pin", "EasyForm": "form"}


@lru_cache(maxsize=1)
def drawn() -> frozenset[str]:
    """Names of all icons in the sprite."""
    sprite = (files("kaarst.policy.theme") / "static" / "icons.svg").read_text(encoding="utf-8")
    return frozenset(re.findall(r'<symbol id="([^"]+)"', sprite))


@provider(IVocabularyFactory)
def icons(context) -> SimpleVocabulary:
    """The subjects, as the editor's list."""
    return SimpleVocabulary(
        [SimpleTerm(name, name, title) for name, title in sorted(SUBJECTS.items())]
    )


@provider(IFormFieldProvider)
class IIcon(model.Schema):
    """Behavior `kaarst.policy.icon`."""

    # not "icon": every content object has a method of that name
    pictogram = schema.Choice(
        title=_("Icon"),
        description=_("Stands beside the title in lists."),
        vocabulary="kaarst.policy.icons",
        required=False,
    )


def icon_of(content) -> str:
    """The name of the icon that stands for `content`."""
    chosen = getattr(aq_base(content), "pictogram", None)
    if isinstance(chosen, str) and chosen in drawn():
        return chosen
    return FALLBACK.get(getattr(content, "portal_type", ""), "document")
