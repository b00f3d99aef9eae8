"""Sets a PDF from a Typst template and data: PDF/UA-1 (accessible) and PDF/A-3a (to be kept).

What people typed goes in as data, never as a part of the template, so that nothing in it is read as
markup. Typst brings its fonts along; they know European scripts, Greek, Cyrillic and Arabic. PDF/A
allows no character without a picture: what no font knows is shown by its number in Unicode.
"""

from functools import lru_cache
from pathlib import Path

import json
import re
import typst
import unicodedata


STANDARDS = ["ua-1", "a-3a"]
# What Typst says of a character that is in none of its fonts.
UNKNOWN = re.compile(r'the text `"(.+?)"` could not be displayed', re.DOTALL)
# So many scripts in one text before only those of Europe are left.
TRIES = 8
# Up to here (Latin Extended-B) every font of Typst has every letter.
LAST_OF_LATIN = "\u024f"


def typeset(template: Path, data: dict) -> bytes:
    """Returns the PDF. `data`: what JSON can hold; the template reads it as `data`.

    Raises typst.TypstError when the template is wrong.
    """
    source, unknown = _source(template), set()
    for _ in range(TRIES):
        try:
            return _compiled(source, _shown(data, _of_kinds(unknown)))
        except typst.TypstError as error:
            found = UNKNOWN.search(str(error))
            if not found:
                raise
            unknown |= {_kind(character) for character in found[1] if not character.isascii()}
    return _compiled(source, _shown(data, lambda character: character > LAST_OF_LATIN))


@lru_cache(maxsize=32)
def _source(template):
    return template.read_bytes()


def _compiled(source, data):
    return typst.compile(
        source,
        format="pdf",
        pdf_standards=STANDARDS,
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data)},
    )


def _kind(character):
    """Characters of one kind are known to a font together: letters by script, others by category."""
    category = unicodedata.category(character)
    if category[0] in "LN":
        return re.split("[ -]", unicodedata.name(character, category))[0]
    return character if category[0] in "PZ" else category


def _of_kinds(kinds):
    return lambda character: _kind(character) in kinds


def _shown(value, is_unknown):
    """`value` with every character of an unknown kind as `[U+738B]`."""
    if isinstance(value, dict):
        return {name: _shown(item, is_unknown) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_shown(item, is_unknown) for item in value]
    if not isinstance(value, str):
        return value
    return "".join(c if c.isascii() or not is_unknown(c) else _number(c) for c in _clean(value))


def _clean(text):
    """Control characters have no picture in any font; single surrogates are no text at all."""
    return "".join(
        _number(c) if unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t" else c
        for c in text
    )


def _number(character):
    return f"[U+{ord(character):04X}]"
