"""Files that come with a message."""

from kaarst.services import _
from kaarst.services.cases.messages import MOST_FILES
from kaarst.services.forms import uploads
from kaarst.services.forms.answers import html_file


def checked(sent) -> tuple[tuple[uploads.Document, ...], object]:
    """Looks at Uploads; returns their Documents and a message, empty when all are in order."""
    limits, documents = uploads.Limits(), []
    if len(sent) > MOST_FILES:
        message = _(
            "error_too_many_files",
            "Please send at most ${count} files at a time.",
            mapping={"count": MOST_FILES},
        )
        return (), message
    if sum(len(upload.data) for upload in sent) > limits.total:
        message = _(
            "error_files_too_large",
            "The files together are larger than ${size} MB. Please send fewer at a time.",
            mapping={"size": limits.total // uploads.MEGABYTE},
        )
        return (), message
    for upload in sent:
        document, message = uploads.look_at(upload, "file", limits)
        if message:
            return (), message
        documents.append(document)
    return tuple(documents), ""


def files_of(form, name):
    """The Uploads of a file field of a browser's form, chosen singly or several at once."""
    value = form.get(name)
    found = [html_file(item) for item in (value if isinstance(value, list) else [value])]
    return [upload for upload in found if upload is not None]
