"""The citizen's account: nothing is kept of who signs in, until an account is opened; then little."""

from datetime import date
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from io import BytesIO
from kaarst.core.account import holder
from kaarst.core.account import keeping
from kaarst.core.account import lapse
from kaarst.core.account import records
from kaarst.core.account import store
from kaarst.core.account import trail
from kaarst.core.outbox import mail_of
from kaarst.core.outbox import outbox
from kaarst.core.personal import request as requests
from kaarst.core.personal.parcel import packed
from kaarst.core.personal.person import Person
from kaarst.core.wsgi.accesslog import access_log
from kaarst.core.wsgi.headers import SecurityHeaders
from plone import api
from plone.app.testing import logout
from plone.app.testing import setRoles
from plone.app.testing import TEST_USER_ID
from tests import citizens
from ZPublisher.pubevents import PubBeforeCommit

import pytest
import transaction
import zipfile


#: What a login calls somebody of whom the site keeps no user.
BPK = "bpk2-Zm9vYmFyMTIzNDU2Nzg5MA"


@pytest.fixture
def sign_in(portal):
    """`sign_in(user id)`: a citizen of whom the site itself keeps nothing."""
    yield lambda user_id: citizens.sign_in(portal, user_id)
    logout()


def record(used, warned=None):
    made = records.Record("a-1", "x")
    made.last_used, made.warned_on = used, warned
    return made


def test_an_account_that_nobody_uses_is_warned_of_and_then_ends():
    used = date(2024, 1, 31)
    assert lapse.after(date(2023, 1, 31), 1) == date(2023, 2, 28)
    assert lapse.after(date(2023, 12, 15), 24) == date(2025, 12, 15)
    assert lapse.step(record(used), date(2025, 12, 31), 24) == ""
    assert lapse.step(record(used), date(2026, 1, 1), 24) == lapse.WARN
    warned = record(used, date(2026, 1, 1))
    assert lapse.step(warned, date(2026, 1, 30), 24) == ""
    assert lapse.step(warned, date(2026, 1, 31), 24) == lapse.END
    # Warned late, because the worker stood still: the month is the holder's even so.
    late = record(used, date(2027, 5, 1))
    assert lapse.step(late, date(2027, 5, 30), 24) == ""
    assert lapse.step(late, date(2027, 5, 31), 24) == lapse.END
    assert lapse.step(record(date(1999, 1, 1)), date(2027, 1, 1), 0) == ""
    late.touch(date(2027, 5, 20))
    assert late.warned_on is None and lapse.step(late, date(2027, 6, 30), 24) == ""


def test_the_login_s_name_for_somebody_is_kept_nowhere():
    kept = records.Records()
    first = kept.open(BPK, email="erika@example.org", notify=True)
    assert kept.open(BPK) is first and kept.of_user(BPK) is first
    assert kept.of_user("somebody else") is None
    assert BPK not in repr([vars(first), list(kept.ids.items()), list(kept.by_id.items())])
    other = kept.open("other")
    assert len({first.id, other.id, first.audit_alias, other.audit_alias}) == 4
    kept.close(first.id)
    kept.close("a-unknown")
    assert kept.of_user(BPK) is None and kept.of_user("other") is other
    assert kept.open(BPK).id != first.id


def test_the_access_log_does_not_name_who_has_signed_in():
    environ = {"wsgi.url_scheme": "http"}

    def application(environ, start_response):
        environ["REMOTE_USER"] = BPK
        start_response("200 OK", [])
        return []

    seen = []
    SecurityHeaders(application)(environ, lambda *_args: seen.append(dict(environ)))
    assert "REMOTE_USER" not in seen[0]


def test_secrets_in_addresses_stand_in_no_access_log(caplog):
    def application(environ, start_response):
        start_response("200 OK", [])
        return []

    asked = "/kaarst/my-town-calendar/Ab_-9.ics"
    environ = {
        "REQUEST_METHOD": "GET", "PATH_INFO": asked, "QUERY_STRING": "", "REMOTE_ADDR": "127.0.0.1",
        "SERVER_PROTOCOL": "HTTP/1.1", "HTTP_REFERER": "http://localhost/appointments-feed/xyZ.ics",
    }  # fmt: skip
    log = access_log({}, setup_console_handler="False")(application)
    with caplog.at_level("INFO", logger="wsgi"):
        log(environ, lambda *_args: None)
    [line] = caplog.messages
    assert '"GET /kaarst/my-town-calendar/(secret) HTTP/1.1" 200' in line
    assert "Ab_-9" not in line and "xyZ" not in line


def test_only_who_opens_an_account_leaves_anything(portal, sign_in):
    assert store.current() == "" and not store.is_citizen()
    with pytest.raises(holder.NotCitizen):
        holder.open_account()
    sign_in(BPK)
    assert store.is_only_citizen() and store.current() == ""
    store.take("KAA-1111-1111-1")
    assert list(store.all_numbers(portal)) == [] and list(records.everybody(portal)) == []
    transaction.get().user = f"/acl_users {BPK}"
    trail.forget_who(PubBeforeCommit(portal.REQUEST))
    assert BPK not in transaction.get().user
    made = holder.open_account("erika@example.org", True)
    assert store.current() == made.id == records.opened(BPK).id and BPK not in made.id
    store.take("KAA-1111-1111-1")
    assert store.holds("KAA-1111-1111-1")
    assert holder.open_account("", True) is made and (made.email, made.notify) == ("", False)
    sign_in("bpk2-somebody-else")
    assert store.current() == "" and not store.holds("KAA-1111-1111-1")
    sign_in(BPK)
    given = holder.exported(portal, made.id)
    parcel = zipfile.ZipFile(BytesIO(packed(given, "Was wir wissen", "de")))
    assert sorted(parcel.namelist()) == ["daten.html", "daten.json"]
    assert b"KAA-1111-1111-1" in parcel.read("daten.json")
    assert made.id.encode() not in parcel.read("daten.json")
    holder.delete(portal, made.id)
    assert store.current() == "" and list(store.all_numbers(portal)) == []
    assert records.opened(BPK) is None and list(records.everybody(portal)) == []


def test_a_user_of_the_site_goes_with_the_account(portal):
    setRoles(portal, TEST_USER_ID, ["Manager"])
    for name, roles in (("otto", ("Citizen",)), ("both", ("Citizen", "Editor"))):
        api.user.create(
            email=f"{name}@example.org",
            username=name,
            password=citizens.PASSWORD,
            properties={"fullname": f"{name.title()} Muster"},
            roles=roles,
        )
    with api.env.adopt_user(username="otto"):
        assert store.current() == "otto" and records.opened("otto") is None
        assert holder.proposed_email() == "otto@example.org"
        holder.open_account("otto@example.org", True)
        assert store.current() == "otto" and records.opened("otto").notify
        given = holder.exported(portal, "otto")
        assert any(one["data"].get("fullname") == "Otto Muster" for one in given)
        holder.delete(portal, "otto")
    users = portal.acl_users
    assert api.user.get(userid="otto") is None
    assert "otto" not in users.portal_role_manager._principal_roles
    assert "otto" not in users.mutable_properties._storage
    assert "otto" not in portal.portal_memberdata._members
    holder.delete(portal, "both")
    assert "Editor" in api.user.get_roles(username="both")


def test_the_worker_writes_first_and_deletes_a_month_later(portal, sign_in):
    sign_in(BPK)
    made = holder.open_account("erika@example.org", False)
    store.take("KAA-1111-1111-1")
    job = keeping.ForgetAccounts()
    job.run(portal)
    assert not made.warned_on
    made.last_used -= timedelta(days=2 * 366)
    job.run(portal)
    job.run(portal)
    [letter] = outbox(portal).letters()
    assert letter.to == "erika@example.org"
    mail = message_from_bytes(mail_of(letter), policy=default)
    text = mail.get_content()
    assert "my-town" in text and "KAA" not in text
    made.warned_on -= timedelta(days=30)
    job.run(portal)
    assert records.opened(BPK) is None and store.numbers(made.id) == {}


def test_the_data_protection_officer_finds_an_account_by_its_address(portal, sign_in):
    sign_in(BPK)
    made = holder.open_account("erika@example.org", True)
    store.take("KAA-1111-1111-1")
    found = requests.find(portal, Person(email="Erika@Example.org"))
    [(key, finding)] = [(key, one) for key, one in found if key.startswith("kaarst.core.opened")]
    assert made.id not in key and BPK not in key
    [given] = requests.give(portal, Person(email="erika@example.org"), [key])
    assert given["data"]["email"] == "erika@example.org" and "KAA-1111" in str(given["data"])
    assert requests.erase(portal, Person(email="erika@example.org"), [key]) == 1
    assert records.opened(BPK) is None and store.numbers(made.id) == {}
