"""What every town begins with, the demo city included: folders, legal pages, settings of the site."""

from kaarst.policy.founding import records as files
from pathlib import Path
from plone import api
from plone.base.interfaces.constrains import ISelectableConstrainTypes


FILES = Path(__file__).parent / "skeleton_files"
FRONT_PAGE = "startseite"
#: Folders into which only certain types go: those that the menu offers, and those that may be there too.
ALLOWED = {
    "leistungen": (["Service"], ["Document", "File", "Image"]),
    "lebenslagen": (["Topic"], ["Document", "Image"]),
    "rathaus/bereiche": (["Department", "ContactPoint"], ["Document"]),
    "rathaus/orte": (["Place"], ["Document", "Image"]),
    "aktuelles": (["News Item"], []),
    "veranstaltungen": (["Event"], []),
    "formulare": (["EasyForm"], []),
    "hinweise": (["Alert"], []),
    "bilder": (["Image"], ["File", "Folder"]),
}


def words(name: str) -> dict[str, str]:
    """What `${…}` means in the texts."""
    return {"name": name, "official_name": f"Stadt {name}"}


def records(name: str) -> list[files.Record]:
    """The contents of a new town called `name`."""
    return files.read(FILES, words(name))


def settings(site, name: str) -> None:
    """Records of the site and of the town that hold for every town."""
    for record, value in {
        "plone.site_title": f"Stadt {name}",
        "plone.available_languages": ["de", "en"],
        # Editors write in the rich text editor; nobody has to choose a kind of markup.
        "plone.allowed_types": ("text/html",),
        # A page speaks its own language, with its frame: no cookie, nothing guessed.
        "plone.use_content_negotiation": True,
        "plone.first_weekday": 0,
        "plone.email_from_name": f"Stadt {name}",
        "kaarst.town.name": name,
        "kaarst.town.official_name": f"Stadt {name}",
    }.items():
        api.portal.set_registry_record(record, value)


def finish(site) -> None:
    """What can only be said once the contents are there."""
    site.setDefaultPage(FRONT_PAGE)
    for path, (offered, others) in ALLOWED.items():
        constrains = ISelectableConstrainTypes(site.unrestrictedTraverse(path))
        constrains.setConstrainTypesMode(1)
        constrains.setLocallyAllowedTypes(offered + others)
        constrains.setImmediatelyAddableTypes(offered)
