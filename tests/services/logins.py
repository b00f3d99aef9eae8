"""Citizens who are signed in, without a provider: sessions as a login would have begun them."""

from kaarst.core.signin.attributes import Attribute
from kaarst.core.signin.levels import Level
from kaarst.core.signin.sessions import store

import requests


BASIC, SUBSTANTIAL = Level.BASIC, Level.SUBSTANTIAL
ERIKA = {
    "givenName": Attribute("Erika", SUBSTANTIAL),
    "surname": Attribute("Mustermann", SUBSTANTIAL),
    "birthdate": Attribute("1970-02-28", SUBSTANTIAL),
    "mail": Attribute("erika@example.org", BASIC),
}
NOT_SO_SURE = {name: Attribute(one.value, min(one.level, BASIC)) for name, one in ERIKA.items()}


def signed_in(site, level=SUBSTANTIAL, attributes=None, kind=store.BUNDID, user="erika-1"):
    """Returns a requests.Session of somebody who has signed in."""
    known = store.Knowledge(attributes=ERIKA if attributes is None else attributes)
    token = store.begin(
        site.getId(), user, kind, level, known, idle=3600, longest=3600, device="test"
    )
    browser = requests.Session()
    browser.headers["Cookie"] = f"kaarst-session-{site.getId()}={token}"
    return browser


def end_all(site):
    """They lie in SQL, which no test's end rolls back."""
    for kind in (store.BUNDID, store.MAIL):
        store.end_site(site.getId(), kind)
