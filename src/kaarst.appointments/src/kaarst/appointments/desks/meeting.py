"""Where people meet: at the desk, by video, or at home; and the links of a town's video server."""

from kaarst.appointments import _
from kaarst.appointments.desks import choices
from plone.autoform import directives
from plone.supermodel import model
from urllib.parse import urlsplit
from z3c.form.browser.textlines import TextLinesFieldWidget
from zope import schema
from zope.interface import Invalid
from zope.interface import invariant

import re


DESK, VIDEO, HOME = "desk", "video", "home"
ROOM = "{room}"
# What follows the address of the server. Jitsi makes a room when somebody enters it; OpenTalk
# knows its rooms by a UUID, and only those that were made there.
PRESETS = {"jitsi": "/{room}", "opentalk": "/room/{room}", "other": ""}


class WrongAddress(schema.ValidationError):
    __doc__ = _("Please give a web address that begins with https://")


class WrongBraces(schema.ValidationError):
    __doc__ = _("Only {room} can stand in braces.")


class WrongCode(schema.ValidationError):
    __doc__ = _("A postal code has five digits.")


def valid_server(value: str | None) -> bool:
    """Constraint of the address of a video server."""
    text = (value or "").strip()
    try:
        parts = urlsplit(text)
        right = parts.scheme == "https" and parts.hostname and parts.port != 0
    except ValueError:
        right = False
    if text and (not right or re.search(r"[\s<>\"]", text)):
        raise WrongAddress(value)
    if re.search(r"[{}]", text.replace(ROOM, "")):
        raise WrongBraces(value)
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

    @invariant
    def whole(data):
        """A preset puts the room behind the address: nothing can follow there."""
        address = data.video_address or ""
        if data.video_kind != "other" and ROOM not in address and re.search(r"[?#]", address):
            raise Invalid(
                _(
                    "video_address_whole",
                    default="The address of a video server ends before “?” or “#”. Or choose "
                    "“Another one” and give the whole link.",
                )
            )


def link(kind: str, address: str | None, room: str) -> str:
    """Where a video appointment takes place, "" while no server is set.

    `kind` is one of PRESETS, `address` what the editor typed, `room` the name nobody can guess.
    """
    address = (address or "").strip()
    if not address or not room:
        return ""
    if kind != "other" and ROOM not in address:
        # Somebody may have copied the address of a room.
        before = PRESETS[kind].removesuffix(f"/{ROOM}")
        address = address.rstrip("/").removesuffix(before) + PRESETS[kind]
    return address.replace(ROOM, room)
