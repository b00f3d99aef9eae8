"""Rich text as plain text."""

import lxml.etree
import lxml.html


def plain_text(value) -> str:
    """The words of a `RichTextValue`, or of HTML in a string; "" for None and for no text at all."""
    html = getattr(value, "raw", value) or ""
    if not html.strip():
        return ""
    try:
        # spaces between elements, else the last word of one and the first of the next were one
        return " ".join(lxml.html.fromstring(html).itertext()).strip()
    except (lxml.etree.ParserError, ValueError):
        return ""
