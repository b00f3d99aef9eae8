"""The doors a browser goes out by, to a provider, and comes back through: one for every provider."""

from collections.abc import Mapping
from dataclasses import asdict
from dataclasses import dataclass
from kaarst.core.signin.levels import Level
from kaarst.core.signin.oidc import flow
from kaarst.core.signin.oidc.provider import Client
from kaarst.core.signin.oidc.refusals import Refused
from kaarst.core.signin.sessions import boxes
from plone import api
from zope.component import getUtility
from zope.interface import Attribute
from zope.interface import Interface


#: Seconds in which one has to be back.
PATIENCE = 600


class IDoor(Interface):
    """One provider of logins. A utility named as the kind of its sessions."""

    title = Attribute("What the provider is called, translatable.")

    def enabled():
        """Whether one can sign in this way here."""

    def client():
        """The `Client` of the town. Raises kaarst.core.sealing.NotOpened."""

    def acr_values(wanted):
        """What to ask the provider for to reach a Level."""

    def accept(claims, wanted, device, login):
        """Returns the token of a new session for claims that were checked; raises Refused.

        `login`: the flow.Login, or None where a front end brought the ID token.
        """

    def checked(session, token):
        """Returns a session as it counts for this request; None if the provider has ended it.

        Asked before anybody is signed in: whoever answers does not ask who is.
        """

    def landing(session, came_from):
        """The address to go on to after a login; `came_from` is one of this site, or empty."""


@dataclass(frozen=True)
class Way:
    """Where a login leads to. `kind`: the door's name. `wanted`: at least this level."""

    kind: str
    came_from: str = ""
    wanted: Level = Level.NONE


def leave(way: Way, browser: str, redirect_uri: str, max_age: int | None = None) -> str:
    """Returns the provider's address for a browser. Raises Refused, Unreachable, NotOpened."""
    door = getUtility(IDoor, way.kind)
    client: Client = door.client()
    address, pending = flow.begin(client, redirect_uri, door.acr_values(way.wanted), max_age)
    content = {"pending": asdict(pending), "way": {**asdict(way), "wanted": int(way.wanted)}}
    boxes.keep(_site(), _secret(pending.state, browser), content, PATIENCE)
    return address


def begun(browser: str, state: str) -> tuple[flow.Pending, Way] | None:
    """Returns what this browser has begun with this `state`, once."""
    content = boxes.take(_site(), _secret(state, browser)) if browser and state else None
    if content is None:
        return None
    pending = {**content["pending"], "acr": tuple(content["pending"]["acr"])}
    way = {**content["way"], "wanted": Level(content["way"]["wanted"])}
    return flow.Pending(**pending), Way(**way)


def come_back(pending: flow.Pending, way: Way, answer: Mapping[str, str], device: str) -> str:
    """Returns the token of a new session. Raises Refused, Unreachable, NotOpened."""
    door = getUtility(IDoor, way.kind)
    if not door.enabled():
        raise Refused("provider", "this way to sign in was switched off")
    login = flow.finish(door.client(), pending, answer)
    return door.accept(login.claims, way.wanted, device, login)


def _site() -> str:
    return api.portal.get().getId()


def _secret(state: str, browser: str) -> str:
    return f"{state}\0{browser}"
