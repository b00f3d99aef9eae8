"""Where people meet: at the desk, by video, or at home; and the links of a town's video server."""

from kaarst.appointments import _
from kaarst.appointments.desks import choices
from plone.autoform import directives
from plone.supermodel import model
from urllib.parse import urlsplit
from z3c.form.browser.textlines import TextLinesFieldWidget
from zope import schema

import re


DESK, VIDEO, HOME = "desk", "video", "home"
ROOM = "{room}"
# What follows the address of the server. Jitsi makes a room when somebody enters it; OpenTalk
# knows its rooms by a UUID, and only those that were made there.
PRESETS = {"jitsi": "/{room}", "opentalk": "/room/{room}", "other": ""}


class WrongAddress(schema.ValidationError):
    __doc__ = _("Please give a web address that begins with https://")


class WrongCode(schema.ValidationError):
    __doc__ = _("A postal code has five digits.")


def valid_server(value: str | None) -> bool:
    """Constraint of the address of a video server."""
    parts = urlsplit((value or "").strip())
    if value and (parts.scheme != "https" or not parts.hostname or re.search(r"[\s<>\"]", value)):
        raise WrongAddress(value)
    return True


def valid_code(value: str) -> bool:
    """Constraint of a German postal code."""
    if not re.fullmatch(r"[0-9]{5}", value.strip()):
        raise WrongCode(value)
    return True


class IMeetingPlace(model.Schema):
    """Part of the schema of a desk."""

    model.fieldset(
        "meeting",
        label=_("Where people meet"),
        fields=["meets", "video_kind", "video_address", "travel", "postal_codes"],
    )
    meets = schema.Choice(
        title=_("Where the appointments take place"),
        vocabulary=choices.MEETINGS,
        default=DESK,
    )
    video_kind = schema.Choice(
        title=_("By video: the kind of server"),
        description=_(
            "help_video_kind",
            default="Each appointment gets a room whose name nobody can guess. Jitsi makes the room by "
            "itself. OpenTalk opens only rooms that were made there beforehand; if yours does not take new "
            "ones, choose “Another one” and give the link of a room that lasts.",
        ),
        vocabulary=choices.VIDEO,
        default="jitsi",
    )
    video_address = schema.TextLine(
        title=_("By video: the address of the server"),
        description=_(
            "help_video_address",
            default="For example https://video.example.org. With another kind of server the whole link, with "
            "{room} where the name of the room belongs.",
        ),
        required=False,
        constraint=valid_server,
    )
    travel = schema.Int(
        title=_("At home: minutes for the way there, and as many for the way back"),
        min=0,
        max=240,
        default=20,
    )
    postal_codes = schema.List(
        title=_("At home: postal codes we visit"),
        description=_("help_postal_codes", default="One a line. Empty: we come everywhere."),
        value_type=schema.TextLine(constraint=valid_code),
        required=False,
        defaultFactory=list,
    )
    directives.widget("postal_codes", TextLinesFieldWidget, rows=3, klass="form-control")


def link(kind: str, address: str | None, room: str) -> str:
    """Where a video appointment takes place, "" while no server is set.

    `kind` is one of PRESETS, `address` what the editor typed, `room` the name nobody can guess.
    """
    address = (address or "").strip()
    if not address or not room:
        return ""
    if kind != "other" and ROOM not in address:
        address = address.rstrip("/") + PRESETS[kind]
    return address.replace(ROOM, room)
