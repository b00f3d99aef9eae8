"""What a citizen may upload, judged by content and never by name.

The type a browser claims and the ending of a name are guesses of the sender. What counts is what
the bytes are: pictures must be readable as the format they say they are, a PDF must begin and end
as one. Everything else is refused; office documents and archives can carry programs. Whether a PDF
carries one is for the virus scanner (kaarst.services.scanning).
"""

from dataclasses import dataclass
from kaarst.services import _
from kaarst.services.forms import pictures

import re
import unicodedata


MEGABYTE = 1024 * 1024
# Pillow's name of a format, the type it is served as, the ending it gets.
IMAGES = {
    "JPEG": ("image/jpeg", ".jpg"),
    "PNG": ("image/png", ".png"),
    "WEBP": ("image/webp", ".webp"),
}
PDF = ("application/pdf", ".pdf")
# For <input accept>: an iPhone that reads this sends HEIC pictures as JPEG by itself.
ACCEPT = {
    "file": "application/pdf,image/jpeg,image/png,image/webp",
    "image": "image/jpeg,image/png,image/webp",
}
UNWANTED = re.compile(r'[\x00-\x1f\x7f-\x9f<>:"/\\|?*\u200e\u200f\u202a-\u202e\u2066-\u2069]')


@dataclass(frozen=True)
class Upload:
    """A file as it was sent. `filename` is not to be trusted, the content even less."""

    filename: str
    data: bytes


@dataclass(frozen=True)
class Document:
    """A file that has been looked at. `content_type` was found in the content."""

    filename: str
    content_type: str
    data: bytes


@dataclass(frozen=True)
class Limits:
    """The largest single file and the largest sum, in bytes."""

    one: int = 10 * MEGABYTE
    total: int = 25 * MEGABYTE


def look_at(upload, kind, limits):
    """Returns a Document and None, or None and a message. `kind`: "file" or "image"."""
    if not upload.data:
        return None, _("error_file_empty", "This file is empty. Please choose another one.")
    if len(upload.data) > limits.one:
        return None, too_large(limits)
    if upload.data.startswith(b"%PDF-"):
        return _pdf(upload, kind)
    try:
        format, data = pictures.cleaned(upload.data)
    except pictures.TooManyPixels:
        return None, _(
            "error_picture_too_large",
            "This picture has more points than we can take. Please make it smaller.",
        )
    except pictures.Unreadable:
        return None, _refused(kind)
    content_type, ending = IMAGES[format]
    return Document(safe_name(upload.filename, ending), content_type, data), None


def _pdf(upload, kind):
    # The trailer; a few writers put blanks or a kilobyte of rubbish after it.
    if kind == "image" or b"%%EOF" not in upload.data[-2048:]:
        return None, _refused(kind)
    content_type, ending = PDF
    return Document(safe_name(upload.filename, ending), content_type, upload.data), None


def _refused(kind):
    if kind == "image":
        return _("error_not_a_picture", "This is not a picture (JPEG, PNG or WebP).")
    return _(
        "error_file_type",
        "This kind of file cannot be taken. Please send a PDF or a picture (JPEG, PNG, WebP).",
    )


def too_large(limits):
    """The message about one file that is too large."""
    return _(
        "error_file_too_large",
        "This file is larger than ${size} MB. Please make it smaller or take another one.",
        mapping={"size": limits.one // MEGABYTE},
    )


def safe_name(filename, ending):
    """A name to store and to offer for download: no path, no controls, the ending that is true."""
    name = unicodedata.normalize("NFC", filename if isinstance(filename, str) else "")
    name = name.encode("utf-8", "ignore").decode()
    name = UNWANTED.sub("", name.replace("\\", "/").rsplit("/", 1)[-1]).strip(" .")
    stem, dot, given = name.rpartition(".")
    if dot and len(given) <= 5:
        name = stem
        if ending == ".jpg" and given.lower() == "jpeg":
            ending = ".jpeg"
    return (name.strip(" .")[:100] or "datei") + ending
