"""What staff's sign-in costs each request: nothing for visitors, little for those with a password."""

from contextlib import contextmanager
from kaarst.core import database
from kaarst.core.signin.staff import directory
from plone import api
from plone.session.plugins.session import SessionPlugin
from sqlalchemy import event

import requests
import transaction


PASSWORD = "Sehr-geheim-2026"


@contextmanager
def watched(monkeypatch):
    """Yields what is asked of the database, and how often a cookie is checked."""
    asked, checked, original = [], [], SessionPlugin._validateTicket

    def note(connection, cursor, statement, *more):
        asked.append(statement)

    def validate(self, *arguments, **more):
        checked.append(1)
        return original(self, *arguments, **more)

    monkeypatch.setattr(SessionPlugin, "_validateTicket", validate)
    engine = database.engine()
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield asked, checked
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_what_a_request_costs(staffed, anna, monkeypatch):
    api.user.create(username="lena", email="lena@example.org", password=PASSWORD)
    api.user.grant_roles(username="lena", roles=["Editor"])
    transaction.commit()
    site, lena = staffed.absolute_url(), requests.Session()
    form = {"__ac_name": "lena", "__ac_password": PASSWORD, "buttons.login": "1"}
    lena.post(f"{site}/login", data=form, allow_redirects=False)
    assert "__ac" in lena.cookies
    anna.sign_in()
    for client in (requests, lena, anna.http):
        assert client.get(f"{site}/sitemap").status_code == 200
    with watched(monkeypatch) as (asked, checked):
        requests.get(f"{site}/sitemap")
        assert (asked, checked) == ([], [])
        lena.get(f"{site}/sitemap")
        # Plone's page asks once more for the user; the door itself checks the cookie once.
        assert asked == [] and len(checked) == 1, (asked, len(checked))
        anna.http.get(f"{site}/sitemap")
        assert [one.split(" ", 1)[0] for one in asked] == ["SELECT"], asked
    # What is remembered is forgotten when it changes.
    directory.enter(staffed.getId(), "berta", "issuer", "sub", "Berta", "")
    assert directory.is_bound(staffed.getId(), "berta")
    directory.free(staffed.getId(), "berta")
    assert not directory.is_bound(staffed.getId(), "berta")
