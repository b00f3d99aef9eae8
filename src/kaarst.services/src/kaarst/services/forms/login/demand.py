"""Which level of login a form needs, and whether who is asking has it.

It is a setting of the form and not of its versions: it holds at once, also for a form that somebody
began before.
"""

from kaarst.core.signin import current
from kaarst.core.signin import settings
from kaarst.core.signin.levels import Level
from kaarst.core.signin.levels import named
from kaarst.core.signin.levels import TITLES
from kaarst.services import _
from plone import api
from urllib.parse import urlencode


class LevelTooLow(Exception):
    """The form needs a higher level; `needed` says which."""

    def __init__(self, needed: Level):
        super().__init__(needed.word)
        self.needed = needed


def needed(form) -> Level:
    """The level that the form asks for; what cannot be read asks for the highest."""
    return named(getattr(form, "login_level", None) or Level.NONE.word, Level.HIGH)


def is_enough(form, request=None) -> bool:
    """Whether who is asking may send the form."""
    wanted = needed(form)
    return wanted == Level.NONE or current.level(request) >= wanted


def require(form) -> None:
    """Raises LevelTooLow."""
    if not is_enough(form):
        raise LevelTooLow(needed(form))


def message(level: Level):
    """What somebody reads who has sent a form at too low a level."""
    return _(
        "error_level_too_low",
        "This needs a login at the level “${level}”. Nothing was sent yet, and nothing you typed "
        "is lost: sign in and send it then.",
        mapping={"level": TITLES[level]},
    )


def help_url() -> str:
    """The address of the page that says how to get a BundID; empty without one."""
    path = (settings.record("help_page") or "").strip().strip("/")
    site = api.portal.get()
    page = site.unrestrictedTraverse(path, None) if path else None
    if page is None or not api.user.has_permission("View", obj=page):
        return ""
    return page.absolute_url()


def door(level: Level, came_from: str) -> str:
    """The address where one signs in at a level and is led back to `came_from`."""
    query = urlencode({"level": level.word, "came_from": came_from})
    return f"{api.portal.get().absolute_url()}/sign-in?{query}"
