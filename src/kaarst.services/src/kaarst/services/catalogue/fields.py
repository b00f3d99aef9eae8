"""Kinds of fields that several schemas of the catalogue have."""

from plone.app.textfield import RichText
from zope import schema


def rich_text(**options):
    """Formatted text, typed into the editor and shown as safe HTML."""
    return RichText(
        default_mime_type="text/html",
        output_mime_type="text/x-html-safe",
        allowed_mime_types=("text/html",),
        **options,
    )


def lines(title, description, **options):
    """A list of lines: one thing a line, typed into a text area."""
    return schema.List(
        title=title,
        description=description,
        value_type=schema.TextLine(),
        required=False,
        defaultFactory=list,
        **options,
    )
