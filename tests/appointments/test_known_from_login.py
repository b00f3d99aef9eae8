"""What a login knows stands in the form already, unless one acts for somebody else."""

from kaarst.appointments.persons import login
from kaarst.core.signin.attributes import Attribute
from kaarst.core.signin.sessions import store

import pytest


class Session:
    """As of `kaarst.core.signin.current.session`."""

    def __init__(self, kind, knowledge):
        self.kind, self.knowledge = kind, knowledge


def knowledge(**attributes):
    found = {name: Attribute(text) for name, text in attributes.items()}
    return store.Knowledge(email="login@example.org", attributes=found)


ERIKA = {
    "givenName": "Erika",
    "surname": "Mustermann",
    "mail": "erika@example.org",
    "postalAddress": "Am Neumarkt 2",
    "postalCode": "41564",
}


@pytest.mark.parametrize(
    "session, acting, expected",
    [
        (None, None, {}),
        (Session(store.STAFF, knowledge(**ERIKA)), None, {}),
        (Session(store.BUNDID, None), None, {}),
        (Session(store.BUNDID, knowledge(**ERIKA)), "for Clara", {}),
        (
            Session(store.BUNDID, knowledge(**ERIKA)),
            None,
            {
                "name": "Erika Mustermann",
                "email": "erika@example.org",
                "street": "Am Neumarkt 2",
                "postal_code": "41564",
            },
        ),
        (Session(store.MAIL, knowledge()), None, {"email": "login@example.org"}),
        # A foreign postal code is none that we come to; what is too long is left to be typed.
        (
            Session(store.BUNDID, knowledge(postalCode="1234567", telephoneNumber="0" * 41)),
            None,
            {"email": "login@example.org"},
        ),
    ],
)
def test_known(monkeypatch, session, acting, expected):
    monkeypatch.setattr(login.signin, "session", lambda request: session)
    monkeypatch.setattr(login.acting, "current", lambda request: acting)
    assert login.known(object()) == expected
