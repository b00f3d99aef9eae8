"""Every door at a case, tried by every demo account: only clerks of its department, and the citizen, get in."""

from kaarst.core import pins
from kaarst.core import ratelimit
from kaarst.core import reference
from kaarst.core.reference_lookup import SECONDS
from kaarst.core.reference_lookup import TRIES_PER_NUMBER
from kaarst.policy.demo.accounts import ACCOUNTS
from kaarst.policy.demo.accounts import CITIZEN_OFFICE
from kaarst.policy.demo.accounts import PASSWORD
from kaarst.policy.demo.accounts import TAXES
from kaarst.policy.demo.city import accounts
from kaarst.services.cases.content import NoCase
from kaarst.services.cases.departments.shares import make_clerks
from plone import api
from tests.doors import doors
from tests.doors import of_the_city
from tests.doors import PAGES
from tests.doors import plain
from tests.doors import SEARCHES
from tests.doors import ways_in
from tests.doors import WELL_KNOWN
from tests.doors import WRITING
from tests.services.test_answers import PDF
from tests.services.test_case_pages import FILE
from tests.services.test_case_pages import Town

import pytest
import re
import requests
import transaction


JSON = {"Accept": "application/json", "Content-Type": "application/json"}
HTML = {"Accept": "text/html"}
#: Who may see the case: the clerk of its department.
CLERK = "sachbearbeitung"
#: A clerk as well, of another department; and who runs the site and says who is a clerk.
ANOTHER_CLERK, ADMIN = "sachbearbeitung-steuern", "admin"
STRANGERS = (None, *(account.login for account in ACCOUNTS if account.login != CLERK))
#: What nobody else may read anywhere.
NAME, FILENAME, MESSAGE, NOTE = "Xaverine-4711", "geheim-4712", "Ihr Anliegen 4713", "Vermerk 4714"
SECRETS = (NAME, FILENAME, MESSAGE, NOTE, "hmac-sha256$", PDF[:20].decode("latin-1"))
REFUSED = (400, 401, 403, 404, 405, 409, 501)


class Sealed:
    """A site with the demo accounts and one case in work, of a department, full of secrets."""

    def __init__(self, portal):
        self.town = Town(portal)
        accounts(portal)
        with api.env.adopt_roles(["Manager"]):
            office, taxes = (
                api.content.create(portal, "Department", title=title)
                for title in ("Bürgerbüro", "Steuern")
            )
            service = api.content.create(portal, "Service", title="Nachweis")
            api.relation.create(service, self.town.upload, "form")
            api.relation.create(service, office, "department")
        make_clerks(self.town.desk, office, CITIZEN_OFFICE)
        make_clerks(self.town.desk, taxes, TAXES)
        transaction.commit()
        self.sent = self.town.send(name=NAME, proof={**FILE, "filename": f"{FILENAME}.pdf"})
        self.path = f"vorgaenge/{self.sent['number']}"
        clerk = self.session(CLERK)
        page = clerk.get(self.url(self.path)).text
        token = re.search(r'_authenticator(?:"[^>]*value="|=)(\w{40})', page).group(1)
        key = {"_authenticator": token}
        work = {"transition": "start", "note": NOTE, **key}
        clerk.post(self.url(f"{self.path}/@@work"), data=work)
        clerk.post(self.url(f"{self.path}/@@write-message"), data={"text": MESSAGE, **key})
        self.page = clerk.get(self.url(self.path)).text

    def url(self, path):
        return f"{self.town.url}/{path}"

    def session(self, login):
        session = requests.Session()
        # Some of Plone's answers to HEAD have a body, which would be taken for the next answer.
        session.headers["Connection"] = "close"
        if login:
            session.auth = (login, PASSWORD)
        return session

    def case(self):
        transaction.begin()
        return self.town.desk[self.sent["number"]]

    def stored(self):
        """What changes when anybody changes anything of the case."""
        case = self.case()
        parts = (case, case.history, case.messages)
        return [part._p_serial for part in parts], case.state, case.get_local_roles()

    def ask(self, session, method, path, **options):
        options.setdefault("timeout", 60)
        return session.request(method, self.url(path), allow_redirects=False, **options)


@pytest.fixture
def sealed(functional_portal):
    return Sealed(functional_portal)


def refuse_secrets(answer, *at):
    assert answer.status_code < 500, at
    for secret in SECRETS:
        assert secret.encode() not in answer.content, (secret, *at)
        assert secret not in str(answer.headers), (secret, *at)


def test_the_clerk_sees_what_nobody_else_may(sealed):
    """Otherwise the tests below would look for what is nowhere."""
    for secret in (NAME, FILENAME, MESSAGE, NOTE):
        assert secret in sealed.page, secret
    assert sealed.case().state == "in_progress"
    key = {"number": sealed.sent["number"], "pin": sealed.sent["pin"]}
    seen = sealed.town.post("@case", key).text
    assert MESSAGE in seen
    assert not [secret for secret in (NAME, FILENAME, NOTE, "hmac-sha256$") if secret in seen]


def test_every_view_and_service_refuses_every_stranger(sealed):
    case, desk = sealed.case(), sealed.town.desk
    before = sealed.stored()
    ours = of_the_city()
    at_the_case, at_the_desk = doors(case), doors(desk)
    assert len(at_the_case) > 150 and ours & {name for _method, name in at_the_case}
    for login in STRANGERS:
        session = sealed.session(login)
        # What Plone brings is tried by who has the least rights and who has the most.
        all_of_them = login in (None, ADMIN)
        for place, found in ((sealed.path, at_the_case), ("vorgaenge", at_the_desk)):
            for method, name in found:
                if not all_of_them and name not in ours and name not in WELL_KNOWN:
                    continue
                is_service = name.startswith("@") or method != "GET"
                options = {"headers": JSON, "json": {}} if is_service else {}
                if not is_service and (name in ours or name in WELL_KNOWN):
                    # The page that refuses is drawn for a browser; the others get the bare fact.
                    options = {"headers": HTML}
                answer = sealed.ask(session, method, f"{place}/{name}", **options)
                if login == ADMIN and name not in ours and answer.status_code == 500:
                    # Some of what only Managers reach breaks by itself; it must tell nothing.
                    answer.status_code = 400
                refuse_secrets(answer, login, method, place, name)
    assert sealed.stored() == before


def test_no_method_reads_or_changes_a_case(sealed):
    before = sealed.stored()
    shared = {"entries": [{"id": "redaktion", "type": "user", "roles": {"Clerk": True}}]}
    for login in STRANGERS:
        session = sealed.session(login)
        for path in (sealed.path, "vorgaenge"):
            for method in WRITING:
                for headers in ({"Depth": "infinity"}, JSON):
                    more = {"Destination": sealed.url("gestohlen"), "Overwrite": "T"}
                    answer = sealed.ask(session, method, path, headers={**headers, **more})
                    refuse_secrets(answer, login, method, path)
                    # Not taken for REST, PATCH shows who may open the desk the list, which is empty.
                    shown = path == "vorgaenge" and login in (ADMIN, ANOTHER_CLERK)
                    more = (200,) if shown and method == "PATCH" else ()
                    assert answer.status_code in (*REFUSED, *more), (
                        login,
                        method,
                        path,
                        answer.status_code,
                    )
            # Who runs the site says at the desk who is a clerk there, but at no case.
            if login != ADMIN or path != "vorgaenge":
                answer = sealed.ask(session, "POST", f"{path}/@sharing", headers=JSON, json=shared)
                assert answer.status_code in (401, 403, 404), (login, path)
            moved = {"source": sealed.url(sealed.path)}
            for service in ("@copy", "@move"):
                answer = sealed.ask(session, "POST", service, headers=JSON, json=moved)
                refuse_secrets(answer, login, service)
    assert sealed.stored() == before
    assert "gestohlen" not in sealed.town.portal.objectIds()
    assert sealed.town.desk.get_local_roles() == api.portal.get()["vorgaenge"].get_local_roles()


def test_what_is_hidden_takes_no_form(sealed):
    with api.env.adopt_roles(["Manager"]):
        api.content.transition(sealed.town.upload, "retract")
    transaction.commit()
    for method, service in (("GET", "@form"), ("POST", "@form")):
        answer = sealed.ask(
            sealed.session(None), method, f"nachweis/{service}", headers=JSON, json={"data": {}}
        )
        assert answer.status_code == 401
        assert "proof" not in answer.text
    assert len(sealed.town.desk) == 1


def test_no_search_finds_a_case(sealed):
    catalog = api.portal.get_tool("portal_catalog")
    assert not catalog.unrestrictedSearchResults(portal_type="Case")
    for text in (NAME, sealed.sent["number"]):
        assert not catalog.unrestrictedSearchResults(SearchableText=text)
    # Clerks have their own search; Plone's finds nothing for them either.
    for login in (*STRANGERS, CLERK):
        session = sealed.session(login)
        for paths, headers in ((SEARCHES, JSON), (PAGES, {})):
            for path in paths:
                if login == CLERK and path.startswith("vorgaenge"):
                    continue
                answer = sealed.ask(session, "GET", path.format(NAME), headers=headers)
                found = answer.content.replace(NAME.encode(), b"", 1 if "{}" in path else 0)
                assert sealed.sent["number"].encode() not in found, (login, path)
                refuse = [secret for secret in (FILENAME, MESSAGE, NOTE) if secret in answer.text]
                assert not refuse, (login, path)


def test_a_number_that_is_taken_looks_like_one_that_is_free(sealed):
    number, free_number = sealed.sent["number"], reference.new_number("MST")
    names = sorted({name for _method, name in doors(NoCase("x"))} & of_the_city())
    assert "view" in names and "document" in names
    for login in STRANGERS:
        session = sealed.session(login)
        for name in ("", "nonsense", *names):
            taken, not_taken = (
                sealed.ask(session, "GET", f"{path}/{name}", headers=HTML)
                for path in (sealed.path, f"vorgaenge/{free_number}")
            )
            at = (login, name)
            assert taken.status_code == not_taken.status_code, at
            assert plain(taken, number) == plain(not_taken, free_number), at


# -- guessing ---------------------------------------------------------------------


@pytest.fixture
def guess(sealed, tmp_path, monkeypatch):
    """Sends number and PIN by one of the ways in."""
    monkeypatch.setenv("KAARST_DATABASE", f"sqlite:///{tmp_path}/kaarst.sqlite")
    monkeypatch.setenv("KAARST_RATE_FACTOR", "1")
    ratelimit._salt.cache_clear()

    def guessed(way, number, pin):
        data = {"number": number, "pin": pin, "text": "x", "document": "1"}
        if way.startswith("@"):
            return requests.post(sealed.url(way), json=data, headers=JSON, timeout=60)
        return requests.post(sealed.url(way), data=data, timeout=60)

    return guessed


def test_all_ways_in_count_together_and_tell_nothing(sealed, guess):
    ways = ways_in()
    assert len(ways) >= 9
    number, pin = sealed.sent["number"], sealed.sent["pin"]
    wrong = "0000 0000" if pin != "0000 0000" else "1111 1111"
    unknown = reference.new_number(number.partition("-")[0])
    turns = [ways[turn % len(ways)] for turn in range(TRIES_PER_NUMBER)]
    for way in turns:
        taken, free = guess(way, number, wrong), guess(way, unknown, wrong)
        assert (taken.status_code, free.status_code) == (404, 404), way
        assert taken.text.replace(number, unknown) == free.text, way
    for way in ways:
        # The right PIN does not help any more, and an unknown number is locked in the same way.
        for locked in (guess(way, number, pin), guess(way, unknown, wrong)):
            assert locked.status_code == 429, way
            assert 0 < int(locked.headers["Retry-After"]) <= SECONDS, way
            refuse_secrets(locked, way)
    assert sealed.case().state == "in_progress"


def test_guessing_is_hopeless():
    """As many senders as one likes, all the year round, on one number: fewer than one in a thousand."""
    tries_a_year = TRIES_PER_NUMBER * 365 * 24 * 3600 / SECONDS
    assert tries_a_year / 10**pins.PIN_LENGTH < 0.001
    codes = {pins.new_pin() for _time in range(500)}
    assert len(codes) == 500
    assert all(re.fullmatch(r"\d{4} \d{4}", pin) for pin in codes)
