"""The PDF of a letter of the town."""

from dataclasses import dataclass
from datetime import date
from kaarst.core.town import town
from kaarst.services import _
from kaarst.services.documents.letter import blocks
from kaarst.services.documents.typeset import typeset
from pathlib import Path
from zope.i18n import translate


TEMPLATE = Path(__file__).with_name("letter.typ")


@dataclass(frozen=True)
class Letter:
    """What stands in a letter. `text` and `remedy` as kaarst.services.documents.letter reads them."""

    number: str
    recipient: str
    heading: str
    text: str
    remedy: str
    clerk: str
    day: date
    language: str


def pdf(letter: Letter) -> bytes:
    """The letter as PDF/UA-1 and PDF/A-3a."""
    return typeset(TEMPLATE, content(letter))


def content(letter: Letter) -> dict:
    """Everything on the paper, in the language of the letter."""
    language = letter.language[:2]

    def say(message):
        return translate(message, target_language=language)

    facts = (
        (_("Date"), f"{letter.day:%d.%m.%Y}"),
        (_("Our number"), letter.number),
        (_("Clerk"), letter.clerk),
    )
    return {
        "language": language,
        "town": town().full_name,
        "address": [line for line in (town().street, town().postal_code_and_city) if line],
        "date": [letter.day.year, letter.day.month, letter.day.day],
        "number": letter.number,
        "recipient": [line.strip() for line in letter.recipient.splitlines()],
        "facts": [[say(label), text] for label, text in facts if text],
        "heading": letter.heading,
        "text": blocks(letter.text),
        "remedy": blocks(letter.remedy),
        "remedy_title": say(_("Legal remedy")),
        "page": say(_("Page")),
        "of": say(_("page_of_pages", "of")),
    }
