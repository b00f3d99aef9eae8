"""A citizen's story with the town, from the first login until nothing of them is left.

Somebody reports a barrier without a login, signs in with the BundID at the lowest level, opens an
account, brings the older case in, steps up with the identity card and applies with what the card
vouches for, lets another person act, who sends a form for them, takes everything along and deletes
the account. Then every store is looked through: the object database after a pack, SQL, the mail that
waits, the logs.
"""

from kaarst.core.account import records
from kaarst.core.signin import citizens
from kaarst.core.signin.sessions import store
from kaarst.policy.demo import logins
from playwright.sync_api import expect
from tests.browser.moving_in import fill_in
from tests.browser.moving_in import fill_in_the_rest
from tests.browser.pages import too_wide
from tests.browser.pages import violations
from tests.browser.test_story import DESK
from tests.browser.test_story import PHONE
from tests.browser.test_story import state_of_the_case

import contextlib
import io
import json
import pytest
import re
import requests
import sqlite3
import time
import zipfile


pytestmark = [pytest.mark.chromium, pytest.mark.timeout(600)]

NOTICES = "erika.nur.hier@kaarst.example"
BARRIER = "An der Rampe am Hintereingang fehlt der Handlauf, Kennwort Federmappe."


def sign_in(page, city, way, person, wanted=""):
    """To the pretended BundID and back."""
    page.goto(city.url(f"sign-in{wanted}"))
    page.get_by_role("link", name=way).click()
    page.get_by_role("button", name=person).click()
    page.wait_for_url(f"{city.url()}**")


def older_case(city):
    """What was sent without a login: number and PIN."""
    form = city.url("formulare/barriere-melden/@form")
    accept = {"Accept": "application/json"}
    body = {"data": {"barrier": BARRIER}}
    sent = requests.post(form, json=body, headers=accept, timeout=60)
    assert sent.status_code == 201, sent.text
    return sent.json()["number"], sent.json()["pin"]


def apply_with_the_identity_card(page):
    """All of "Anmeldung bei Zuzug"; what the card vouches for is there and cannot be changed."""
    for label, value in (("Vornamen", "Erika"), ("Familienname", "Mustermann")):
        field = page.get_by_label(label)
        expect(field).to_have_value(value)
        expect(field).not_to_be_editable()
    fill_in_the_rest(page)
    return sent(page)


def sent(page):
    """Sends the form; returns the number of the case."""
    page.get_by_label("Meine Angaben sind richtig").check()
    page.get_by_role("button", name="Absenden").click()
    shown = page.locator("main").inner_text()
    return re.search(r"\b[A-Z]{2,3}(-[0-9A-Z]+){3}\b", shown)[0]


def sound(page):
    """Nothing that axe finds, and nothing beside the phone."""
    assert violations(page) == []
    assert too_wide(page) == []


def let_somebody_act(page, other, city):
    """Number and PIN on one phone, typed in on the other."""
    page.goto(city.url("acting"))
    page.locator("input[name=last_day]").first.fill(time.strftime("%Y-12-31"))
    page.get_by_role("button", name="Nummer und PIN erstellen").click()
    sound(page)
    shown = page.locator("main").inner_text()
    number = re.search(r"VM(-[0-9A-Z]+)+", shown)[0]
    pin = re.search(r"\d{4} \d{4}", shown)[0]
    sign_in(other, city, "ELSTER", "max-mit-elster")
    other.get_by_role("button", name="Mein Konto eröffnen").click()
    other.goto(city.url("acting"))
    other.get_by_label("Nummer", exact=True).fill(number)
    other.get_by_label("PIN", exact=True).fill(pin)
    other.get_by_role("button", name="Ansehen, wofür").click()
    expect(other.locator("main")).to_contain_text("Erika Mustermann")
    sound(other)
    other.get_by_role("button", name="Annehmen").click()
    other.get_by_role("button", name="Hierfür handeln").press("Enter")
    expect(other.locator("#acting-banner")).to_contain_text("Sie handeln für Erika Mustermann.")
    sound(other)
    page.goto(city.url("acting"))
    expect(page.locator("main")).to_contain_text("Max Mustermann")


def send_for_somebody(other, form):
    """Chooses to act for Erika, sees it said above the form, and sends it; returns the number."""
    other.get_by_role("button", name="Hierfür handeln").click()
    other.goto(form)
    expect(other.locator("#acting-banner")).to_contain_text("Sie handeln für Erika Mustermann.")
    assert violations(other) == []
    assert too_wide(other) == []
    # The login names somebody else: nothing of it stands in a form that is sent for Erika.
    expect(other.get_by_label("Vornamen")).to_have_value("")
    fill_in(other)
    return sent(other)


def traces(city, user):
    """What must not be found any more: the login, the account, and what only it knew."""
    with city.site() as site:
        kept = site.__annotations__[records.NAME]
        record = kept.of_user(user)
        return [logins.ERIKA["bpk2"], user, record.id, NOTICES]


def written(city):
    """Everything that the city keeps, as bytes by name: what has left by mail is not its any more."""
    with contextlib.closing(city.store.open()) as database:
        database.pack(time.time() + 1)
    for path in city.home.rglob("*"):
        # Not what FileStorage keeps aside: the file before the pack (production keeps none), and a buffer
        # that each transaction writes over.
        aside = (".old", ".tmp", ".lock")
        if not path.is_file() or path.name.endswith(aside) or "cache" in path.parts:
            continue
        if path.suffix == ".sqlite":
            with contextlib.closing(sqlite3.connect(path)) as connection:
                yield path.name, "\n".join(connection.iterdump()).encode()
        elif path.parent.name != "mail" and not path.name.endswith(("-wal", "-shm")):
            yield path.name, path.read_bytes()


def test_from_the_first_login_until_nothing_is_left(visit, city):
    number, pin = older_case(city)
    page, other, clerk = visit(PHONE), visit(PHONE), visit(DESK, "sachbearbeitung")

    sign_in(page, city, "Benutzername", "erika-mit-passwort")
    expect(page.get_by_role("heading", level=1)).to_have_text("Mein Kaarst")
    page.get_by_label("E-Mail-Adresse").first.fill(NOTICES)
    page.get_by_role("button", name="Mein Konto eröffnen").click()
    page.get_by_label("Nummer", exact=True).fill(number)
    page.get_by_label("PIN", exact=True).fill(pin)
    page.get_by_role("button", name="Hereinholen").click()
    expect(page.locator("main")).to_contain_text(number)

    form = city.url("formulare/anmeldung-bei-zuzug")
    page.goto(form)
    # The password vouches for nothing: what it says can be changed.
    expect(page.get_by_label("Familienname")).to_be_editable()
    sign_in(
        page, city, "Personalausweis", "erika-mit-online-ausweis", f"?level=high&came_from={form}"
    )
    assert page.url == form
    assert violations(page) == []
    case = apply_with_the_identity_card(page)
    page.goto(city.url("my-town"))
    expect(page.locator("main")).to_contain_text(case)
    assert violations(page) == []
    assert too_wide(page) == []

    clerk.goto(city.url(f"vorgaenge/{case}"))
    expect(clerk.locator("main")).to_contain_text("BundID")
    page.reload()
    expect(page.locator("main")).to_contain_text("Bürgerbüro")

    let_somebody_act(page, other, city)
    # Who may act sees nothing of what was sent before.
    other.goto(city.url("my-town"))
    expect(other.locator("main")).not_to_contain_text(case)

    other.goto(city.url("acting"))
    for_her = send_for_somebody(other, form)
    clerk.goto(city.url(f"vorgaenge/{for_her}"))
    expect(clerk.locator("main")).to_contain_text(
        "Gesendet von Max Mustermann für Erika Mustermann."
    )
    page.goto(city.url("my-town"))
    expect(page.locator("main")).to_contain_text(for_her)

    with city.site() as site:
        user = citizens.made_of(
            site.__annotations__[citizens.SECRET], store.BUNDID,
            city.environment["KAARST_BUNDID_ISSUER"], logins.ERIKA["bpk2"],
        )  # fmt: skip
    needles = traces(city, user)
    found = {one for one in needles for _name, text in written(city) if one.encode() in text}
    # Not even now is the bPK2 anywhere; what the account is made of can be found.
    assert found >= {NOTICES}
    assert logins.ERIKA["bpk2"] not in found

    page.goto(city.url("my-town"))
    page.get_by_role("button", name="Mein Konto löschen").or_(
        page.get_by_role("link", name="Mein Konto löschen")
    ).first.click()
    with page.expect_download() as download:
        page.get_by_role("button", name=re.compile("als Datei")).click()
    with zipfile.ZipFile(io.BytesIO(download.value.path().read_bytes())) as parcel:
        told = "".join(parcel.read(name).decode("utf-8", "replace") for name in parcel.namelist())
        assert any(name.endswith(".json") for name in parcel.namelist())
        for name in parcel.namelist():
            if name.endswith(".json"):
                json.loads(parcel.read(name))
    for word in (number, case, for_her, NOTICES, BARRIER[:20], "Wohnbau GmbH"):
        assert word in told
    page.get_by_role("button", name="endgültig löschen").click()
    page.goto(city.url("my-town"))
    expect(page.locator("main")).not_to_contain_text(case)

    left = [(one, name) for one in needles for name, text in written(city) if one.encode() in text]
    assert left == []
    # The older case goes on, with number and PIN.
    assert state_of_the_case(page, city, number, pin)
