"""Which fields of a service travel in a file, and how their values look there.

Plain Python, without Plone. What belongs to one site only does not travel: the form, the workflow,
the state.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import re


#: Kinds. LINE, TEXT and RICH are texts (RICH: HTML), LINES are tuples of texts, LEVEL is 0 to 4 or
#: None. NAME and NAMES are titles of other content, one or a tuple of them.
LINE, TEXT, RICH, LINES, LEVEL, NAME, NAMES = (
    "line",
    "text",
    "rich",
    "lines",
    "level",
    "name",
    "names",
)
MANY = (LINES, NAMES)


@dataclass(frozen=True)
class Field:
    """A field by its name in the schema; `column`: its heading in a spreadsheet."""

    name: str
    kind: str
    column: str

    @property
    def empty(self) -> Any:
        """The value that says nothing."""
        return () if self.kind in MANY else None if self.kind == LEVEL else ""


FIELDS: Mapping[str, Field] = MappingProxyType(
    {
        field.name: field
        for field in (
            Field("title", LINE, "Titel"),
            Field("description", TEXT, "Kurzbeschreibung"),
            Field("synonyms", LINES, "Alltagswörter"),
            Field("topics", NAMES, "Lebenslagen"),
            Field("text", RICH, "Worum es geht (HTML)"),
            Field("online_url", LINE, "Link zu einer anderen Behörde"),
            Field("phone", LINE, "Telefon"),
            Field("online_level", LEVEL, "Online-Stufe (0 bis 4)"),
            Field("documents", LINES, "Unterlagen"),
            Field("fees", LINES, "Gebühren"),
            Field("deadline", LINE, "Frist"),
            Field("processing_time", LINE, "Bearbeitungsdauer"),
            Field("requirements", RICH, "Wer es beantragen kann (HTML)"),
            Field("department", NAME, "Bereich"),
            Field("contact_points", NAMES, "Kontaktstellen"),
            Field("legal_basis", LINES, "Rechtsgrundlagen"),
            Field("leika_key", LINE, "LeiKa-Schlüssel"),
            Field("related_services", NAMES, "Verwandte Leistungen"),
            Field("title_en", LINE, "Titel (Englisch)"),
            Field("description_en", TEXT, "Kurzbeschreibung (Englisch)"),
            Field("synonyms_en", LINES, "Alltagswörter (Englisch)"),
            Field("text_en", RICH, "Worum es geht (Englisch, HTML)"),
            Field("documents_en", LINES, "Unterlagen (Englisch)"),
            Field("fees_en", LINES, "Gebühren (Englisch)"),
            Field("deadline_en", LINE, "Frist (Englisch)"),
            Field("processing_time_en", LINE, "Bearbeitungsdauer (Englisch)"),
            Field("requirements_en", RICH, "Wer es beantragen kann (Englisch, HTML)"),
            Field("title_easy", LINE, "Titel (Leichte Sprache)"),
            Field("text_easy", RICH, "Text (Leichte Sprache, HTML)"),
        )
    }
)

# What XML cannot hold; such characters come with texts pasted from word processors.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Not every white space: between an amount and its currency editors put a space that does not break.
_SPACE = re.compile("[ \t\n\r]+")


def clean(field: Field, value: Any) -> Any:
    """The value as it is compared and written: without what no file keeps.

    `value` is of the field's kind, or None.
    """
    if field.kind == LEVEL:
        return value
    if value is None:
        return field.empty
    if field.kind in MANY:
        lines = (_one_line(line) for line in value)
        return tuple(line for line in lines if line)
    if field.kind == TEXT:
        lines = (_one_line(line) for line in re.split("\r\n|\r|\n", value))
        return "\n".join(line for line in lines if line)
    if field.kind == RICH:
        return _FORBIDDEN.sub("", re.sub("\r\n|\r", "\n", value)).strip(" \t\n")
    return _one_line(value)


def _one_line(text: str) -> str:
    return _SPACE.sub(" ", _FORBIDDEN.sub("", text)).strip(" ")
