"""Signatures: a name that is typed, or a picture that is drawn with finger, pen or mouse.

The page sends the picture as a `data:` address beside the typed name; if both are there, the picture
counts. It goes the way of every picture: it is decoded and written anew.
"""

from kaarst.services import _
from kaarst.services.forms import uploads

import base64
import binascii


#: After the name of the field: what the script has drawn.
DRAWN = ".drawn"
PREFIX = "data:image/png;base64,"
#: A drawing of the page's size takes 10 to 40 kB.
MOST_BYTES = 500_000
FILENAME = "unterschrift.png"
UNREADABLE = _(
    "error_signature_drawing",
    "This drawing cannot be read. Please sign once more, or type your name.",
)


def from_html(typed, drawn):
    """What a browser sent: an Upload if something was drawn, else what was typed."""
    if not isinstance(drawn, str) or not drawn:
        return typed.strip() if isinstance(typed, str) else typed
    if not drawn.startswith(PREFIX) or len(drawn) > MOST_BYTES * 4 / 3 + len(PREFIX) + 4:
        return uploads.Upload(FILENAME, b"")
    try:
        return uploads.Upload(FILENAME, base64.b64decode(drawn[len(PREFIX) :], validate=True))
    except (binascii.Error, ValueError):
        return uploads.Upload(FILENAME, b"")


def to_html(value):
    """The `data:` address of an Upload or Document that was drawn; an empty text for a typed name."""
    if not isinstance(value, uploads.Upload | uploads.Document) or not value.data:
        return ""
    return PREFIX + base64.b64encode(value.data).decode()


def look_at(value, limits):
    """Returns a Document and None, or None and a message."""
    if isinstance(value, uploads.Document):
        return value, None
    if len(value.data) > MOST_BYTES:
        return None, UNREADABLE
    document, message = uploads.look_at(value, "image", limits)
    if message or document.content_type != "image/png":
        return None, UNREADABLE
    return document, None
