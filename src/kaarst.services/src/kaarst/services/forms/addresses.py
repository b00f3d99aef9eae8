"""An address in a form: one field for the editor, four questions for the citizen.

Street with house number, postal code and place are checked together: five digits in Germany, and for
the town's own postal codes a place that belongs to them. Somebody from another town or country fills
in what is right there. Plain Python, without Plone. No well-kept library that works offline knows German
postal codes; the town knows its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from kaarst.services import _
from kaarst.services.forms.validators import is_postal_code

import re
import unicodedata


@dataclass(frozen=True)
class Part:
    """One question of an address: the end of its name, its words in the form, and what a browser
    may fill in (HTML autocomplete)."""

    suffix: str
    words: str
    autocomplete: str
    longest: int
    needed: bool = True


STREET = Part("street", "Straße und Hausnummer", "address-line1", 120)
POSTCODE = Part("postcode", "Postleitzahl", "postal-code", 12)
PLACE = Part("place", "Ort", "address-level2", 80)
COUNTRY = Part("country", "Land, wenn nicht Deutschland", "country-name", 60, needed=False)
PARTS = (STREET, POSTCODE, PLACE, COUNTRY)

GERMANY = {"de", "deutschland", "d", "germany", "bundesrepublik deutschland", "brd"}
#: What stands in the place of a number where there is none.
NUMBERLESS = re.compile(r"\d|\bohne\b|\bo\. ?(hs?)?nr\b", re.IGNORECASE)
FOREIGN_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9 -]{1,11}")

REQUIRED = _("error_required", "Please fill in this field.")


def part_name(address: str, part: Part) -> str:
    """The name of the question for a part."""
    return f"{address}_{part.suffix}"


def addresses(asked: Mapping) -> set[str]:
    """The names of the addresses among the questions."""
    return {question.address for question in asked.values() if question.address}


def mistakes(asked: Mapping, values: Mapping, own: Mapping[str, tuple[str, ...]]) -> dict:
    """Messages by name for the addresses in `values`, checked answers by name.

    `own`: places by the town's postal codes, for example `{"41564": ("Kaarst", "Büttgen")}`.
    An address that nobody began is none of our business: whether it is needed is checked before.
    """
    found = {}
    for address in sorted(addresses(asked)):
        given = {part: values.get(part_name(address, part)) or "" for part in PARTS}
        if any(given[part] for part in PARTS):
            for part, message in _mistakes(given, own):
                # Of what is not asked, nothing can be wrong.
                if part_name(address, part) in asked:
                    found[part_name(address, part)] = message
    return found


def _mistakes(given, own):
    for part in PARTS:
        if part.needed and not given[part]:
            yield part, REQUIRED
    street, code = given[STREET], given[POSTCODE].strip()
    if street and not any(char.isalpha() for char in street):
        yield STREET, _("error_street", "Please write street and house number, like Am Neumarkt 2.")
    if given[COUNTRY] and folded(given[COUNTRY]) not in GERMANY:
        if code and not FOREIGN_CODE.fullmatch(code):
            yield POSTCODE, _("error_foreign_code", "This is not a postal code.")
        return
    if street and not NUMBERLESS.search(street):
        yield (
            STREET,
            _(
                "error_house_number",
                "The house number is missing. If there is none, please write “ohne Nummer”.",
            ),
        )
    if code and is_postal_code(code):
        yield (
            POSTCODE,
            _(
                "error_postal_code_or_country",
                "A postal code has five digits, for example 41564. If you live in another country, "
                "please fill in the country.",
            ),
        )
    elif code in own and given[PLACE] and not belongs(given[PLACE], own[code]):
        yield (
            PLACE,
            _(
                "error_place",
                "${code} is ${place}. Please check postal code and place.",
                mapping={"code": code, "place": own[code][0]},
            ),
        )


def belongs(place: str, known: tuple[str, ...]) -> bool:
    """Whether one of the known names is a part of what was typed: “Kaarst-Büttgen”."""
    words = set(re.findall(r"\w+", folded(place)))
    return any(set(re.findall(r"\w+", folded(name))) <= words for name in known)


def folded(text: str) -> str:
    """Without case and blanks; ae for ä, as it is written where there are no umlauts."""
    text = unicodedata.normalize("NFC", " ".join(text.split())).casefold()
    for umlaut, letters in (("ä", "ae"), ("ö", "oe"), ("ü", "ue")):
        text = text.replace(umlaut, letters)
    return text


def schema(asked: Mapping) -> list[dict]:
    """What JSON Schema can say of the addresses (for `allOf`): who begins one fills it in, and
    without a country the postal code is a German one."""
    said = []
    for address in sorted(addresses(asked)):
        names = {part: part_name(address, part) for part in PARTS}
        needed = [names[part] for part in PARTS if part.needed]
        for name in names.values():
            begun = {"required": [name], "properties": {name: {"pattern": r"\S"}}}
            said.append({"if": begun, "then": {"required": needed}})
        german = {"properties": {names[POSTCODE]: {"pattern": r"^\s*([0-9]{5})?\s*$"}}}
        said.append({"if": {"not": {"required": [names[COUNTRY]]}}, "then": german})
    return said
