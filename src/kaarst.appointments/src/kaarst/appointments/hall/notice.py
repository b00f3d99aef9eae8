"""What a desk has to tell those who wait, and whether its terminals give tickets today.

It stands on the display, on the terminal, on phones and with the waiting times until the day is
over or somebody takes it away; no catalogue and no public page knows of it.
"""

from kaarst.appointments.desks.interfaces import today
from zope.annotation.interfaces import IAnnotations


ANNOTATION = "kaarst.appointments.notice"
NOTHING = {"text": "", "stopped": False}


def notice_of(desk) -> dict:
    """`{text, stopped}` of today: "" and False unless somebody has set it today."""
    found = IAnnotations(desk, {}).get(ANNOTATION)
    if found is None or found["day"] != today().isoformat():
        return NOTHING
    return {name: found[name] for name in NOTHING}


def set_notice(desk, text: str, stopped: bool) -> None:
    """For the rest of the day. `stopped`: the terminals give no tickets any more."""
    IAnnotations(desk)[ANNOTATION] = {
        "day": today().isoformat(),
        "text": " ".join(text.split()),
        "stopped": stopped,
    }
