"""The words of HTML that stands in an element, line by line."""

from lxml import etree

import lxml.html
import re


#: What begins a line of its own.
BLOCKS = {"p", "li", "div", "br", "tr", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "table"}


def lines(html: str | None) -> list[str]:
    """Entries of a list, paragraphs and lines, each as plain text; what is empty is left out."""
    html = (html or "").strip(" \t\r\n")
    if not html:
        return []
    try:
        root = lxml.html.fragment_fromstring(html, create_parent="div")
    except (etree.ParserError, ValueError):
        return [html]
    pieces: list[str] = []
    _walk(root, pieces)
    found = (re.sub("[ \t\n\r]+", " ", line).strip(" ") for line in "".join(pieces).split("\0"))
    return [line for line in found if line]


def _walk(element, pieces: list[str]) -> None:
    """Text in the order of reading; a NUL, which no XML can hold, between the lines."""
    block = element.tag in BLOCKS
    pieces.append("\0" if block else "")
    if isinstance(element.tag, str):
        pieces.append(element.text or "")
        for child in element:
            _walk(child, pieces)
            pieces.append(child.tail or "")
    pieces.append("\0" if block else "")
