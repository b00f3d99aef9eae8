"""Signing in with an e-mail address: a link that opens once, or a code for the same browser.

It proves that somebody reads an address, and nothing else: level "none", and the address itself is
as sure as a BundID's. The link's secret stands behind the `#` of its address, which browsers keep
to themselves, so it comes into no server's log; a page reads it and asks before it signs in.
"""

from kaarst.core import _
from kaarst.core import ratelimit
from kaarst.core.outbox import enqueue
from kaarst.core.signin import citizens
from kaarst.core.signin import settings
from kaarst.core.signin.attributes import Attribute
from kaarst.core.signin.levels import Level
from kaarst.core.signin.oidc.refusals import Refused
from kaarst.core.signin.sessions import boxes
from kaarst.core.signin.sessions import store
from kaarst.core.signin.sessions.store import Knowledge
from kaarst.core.town import town
from plone import api
from zope.i18n import translate

import secrets


MINUTES = 15
#: Letters and digits that nobody takes for one another.
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
TRIES = 5
LETTERS_AN_HOUR, LETTERS_A_CLIENT = 5, 30


def enabled() -> bool:
    """Whether citizens can sign in by e-mail here."""
    return bool(settings.record("mail_enabled"))


def send(request, address: str, browser: str, came_from: str = "") -> None:
    """Sends a link and a code to an address; whether anybody has an account there shows nowhere.

    `browser`: the secret in its cookie, to which the code is bound. Raises
    ratelimit.TooManyRequests.
    """
    address = address.strip().lower()
    ratelimit.hit(f"sign-in-mail:{ratelimit.client(request)}", LETTERS_A_CLIENT, 3600)
    ratelimit.hit(f"sign-in-mail:{ratelimit.secret(address)}", LETTERS_AN_HOUR, 3600)
    site = api.portal.get()
    link, code = boxes.token(), "".join(secrets.choice(ALPHABET) for _place in range(8))
    content = {"email": address, "came_from": came_from}
    boxes.keep(site.getId(), _link(link), content, MINUTES * 60)
    boxes.keep(site.getId(), _code(browser, code), {**content, "link": link}, MINUTES * 60)
    say = {
        "url": f"{site.absolute_url()}/sign-in-link#{link}",
        "code": f"{code[:4]}-{code[4:]}",
        "minutes": MINUTES,
        "town": town().full_name,
    }
    enqueue(
        site,
        to=address,
        subject=translate(_("Sign in at ${town}", mapping=say), context=request),
        text=translate(
            _(
                "sign_in_letter",
                default="You want to sign in at ${town}.\n\n"
                "Open this address:\n${url}\n\n"
                "Or type this code where you asked for it: ${code}\n\n"
                "Both work once, for ${minutes} minutes. If it was not you, you need do nothing: "
                "without this e-mail nobody gets in.",
                mapping=say,
            ),
            context=request,
        ),
    )


def by_link(link: str, device: str) -> tuple[str, str]:
    """Returns the token of a new session and where the person came from. Raises Refused."""
    return _enter(boxes.take(api.portal.get().getId(), _link(link)), device)


def by_code(code: str, browser: str, device: str) -> tuple[str, str]:
    """As `by_link`, with the code and the browser's secret. Raises Refused, TooManyRequests."""
    code = "".join(one for one in code.upper() if one in ALPHABET)
    if not browser or len(code) != 8:
        raise Refused("code", "no code")
    ratelimit.hit(f"sign-in-code:{ratelimit.secret(browser)}", TRIES, MINUTES * 60, fail_open=False)
    site = api.portal.get().getId()
    content = boxes.take(site, _code(browser, code))
    if content is not None:
        boxes.drop(site, _link(content["link"]))
    return _enter(content, device)


def _enter(content: dict | None, device: str) -> tuple[str, str]:
    if content is None or not enabled():
        raise Refused("code", "used, over or unknown")
    address = content["email"]
    token = store.begin(
        api.portal.get().getId(),
        citizens.user_id(store.MAIL, address),
        store.MAIL,
        Level.NONE,
        Knowledge(email=address, attributes={"mail": Attribute(address, Level.BASIC)}),
        idle=settings.record("idle_minutes") * citizens.MINUTE,
        longest=settings.record("longest_hours") * citizens.HOUR,
        device=device,
    )
    return token, content["came_from"]


def _link(link: str) -> str:
    return f"mail-link\0{link}"


def _code(browser: str, code: str) -> str:
    return f"mail-code\0{browser}\0{code}"
