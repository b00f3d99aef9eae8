"""What every REST endpoint of the city has in common, over a real server."""

from concurrent.futures import ThreadPoolExecutor
from kaarst.core import _
from kaarst.core.idempotency import Answers
from kaarst.core.ratelimit import TooManyRequests
from kaarst.core.reference import InvalidNumber
from kaarst.core.rest import ApiError
from kaarst.core.rest import JsonGet
from kaarst.core.rest import JsonPost
from kaarst.core.rest import texts
from kaarst.core.shards import Shards
from kaarst.core.stores import ANSWERS
from kaarst.core.stores import remove
from kaarst.core.stores import store
from zExceptions import NotFound
from zope.component import getGlobalSiteManager
from zope.component import hooks
from zope.configuration import xmlconfig

import pytest
import requests
import secrets
import threading
import transaction
import uuid


ZCML = """
<configure
    xmlns="http://namespaces.zope.org/zope"
    xmlns:plone="http://namespaces.plone.org/plone"
    >
  <include package="plone.rest" file="meta.zcml" />
  <plone:service
      name="@test-record" method="POST" accept="application/json"
      factory="tests.core.test_rest.Record"
      for="plone.base.interfaces.IPloneSiteRoot"
      layer="kaarst.core.interfaces.IKaarstCoreLayer"
      permission="zope2.View"
      />
  <plone:service
      name="@test-look" method="POST" accept="application/json"
      factory="tests.core.test_rest.Look"
      for="plone.base.interfaces.IPloneSiteRoot"
      layer="kaarst.core.interfaces.IKaarstCoreLayer"
      permission="zope2.View"
      />
  <plone:service
      name="@test-read" method="GET" accept="application/json"
      factory="tests.core.test_rest.Read"
      for="plone.base.interfaces.IPloneSiteRoot"
      layer="kaarst.core.interfaces.IKaarstCoreLayer"
      permission="zope2.View"
      />
</configure>
"""

RECORDS = "tests.records"
TROUBLES = {
    "NotFound": lambda: NotFound("secret detail"),
    "TooManyRequests": lambda: TooManyRequests(17),
    "ValidationError": lambda: InvalidNumber("x"),
    "Taken": lambda: ApiError(409, "Taken", "Gone.", more={"alternatives": ["10:00"]}),
}
meeting = None


class Record(JsonPost):
    """Stores a name under a random number and then fails if it is told so."""

    max_body = 2000

    def handle(self, data):
        (name,) = texts(data, "name")
        if meeting is not None:
            meet()
        number = secrets.token_hex(8)
        store(self.context, RECORDS, Shards)[number] = name
        if data.get("trouble"):
            raise TROUBLES[data["trouble"]]()
        return 201, {"number": number, "message": _("Please check your entries.")}


class Look(JsonPost):
    """Changes nothing."""

    changes = False

    def handle(self, data):
        return 200, {"seen": secrets.token_hex(8)}


class Read(JsonGet):
    """Reads, or fails."""

    def handle(self):
        trouble = self.request.form.get("trouble")
        if trouble:
            raise TROUBLES[trouble]()
        return {"read": True}


def meet():
    """Holds two requests until both are in the middle; a repeated one passes by itself."""
    try:
        meeting.wait(timeout=5)
    except threading.BrokenBarrierError:
        return


@pytest.fixture
def site(functional, functional_portal):
    """The site with three test services and an empty store of records."""
    # With a site set, ZCML registers in it; a service's class cannot be stored.
    with hooks.site(None):
        xmlconfig.string(ZCML, context=functional["configurationContext"])
    store(functional_portal, RECORDS, Shards)
    store(functional_portal, ANSWERS, Answers)
    transaction.commit()
    yield functional_portal
    registry = getGlobalSiteManager()
    for made in list(registry.registeredAdapters()):
        if "@test-" in made.name:
            registry.unregisterAdapter(made.factory, made.required, made.provided, made.name)


@pytest.fixture
def post(site):
    """Sends JSON, or bytes as they are, to a service."""

    def send(data, service="@test-record", **headers):
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        headers = {"Accept": "application/json", "Content-Type": "application/json"} | headers
        body = {"data": data} if isinstance(data, bytes) else {"json": data}
        return requests.post(
            f"{site.absolute_url()}/{service}", headers=headers, timeout=30, **body
        )

    return send


def records(site):
    """What is stored by now, as another connection sees it."""
    transaction.begin()
    return sorted(store(site, RECORDS, Shards).values())


def test_what_is_answered_201_is_stored(site, post):
    answer = post({"name": "Erika"})
    assert answer.status_code == 201
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Cache-Control"] == "no-store"
    assert records(site) == ["Erika"]


@pytest.mark.parametrize(
    ("body", "headers", "status", "type"),
    [
        (b"{", {}, 400, "BadRequest"),
        (b"", {}, 400, "BadRequest"),
        (b"[]", {}, 400, "BadRequest"),
        (b"null", {}, 400, "BadRequest"),
        (b'{"name": NaN}', {}, 400, "BadRequest"),
        (b'{"name": "\xff"}', {}, 400, "BadRequest"),
        (b'{"name": "\\ud800"}', {}, 400, "BadRequest"),
        (b'{"name": %s}' % (b"[" * 900 + b"]" * 900), {}, 400, "ValidationError"),
        (b'{"name": ' + b"9" * 1900 + b"}", {}, 400, "ValidationError"),
        (b"{}", {"Content-Type": "text/plain"}, 415, "UnsupportedMediaType"),
        (
            b"a=b",
            {"Content-Type": "application/x-www-form-urlencoded"},
            415,
            "UnsupportedMediaType",
        ),
        (b'{"name": "%s"}' % (b"x" * 2000), {}, 413, "ContentTooLarge"),
        (b"{}", {"Idempotency-Key": "short"}, 400, "InvalidIdempotencyKey"),
        (b"{}", {"Idempotency-Key": "with blanks in the middle"}, 400, "InvalidIdempotencyKey"),
    ],
)
def test_bad_input_is_refused_in_the_agreed_form(site, post, body, headers, status, type):
    answer = post(body, **headers)
    assert answer.status_code == status
    assert answer.json()["type"] == type
    assert answer.json()["message"]
    assert records(site) == []


def test_wrong_fields_are_named(site, post):
    answer = post({"name": " "})
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == ["name"]
    assert post({"name": "x" * 201}).json()["errors"][0]["field"] == "name"


@pytest.mark.parametrize(
    ("trouble", "status"),
    [("NotFound", 404), ("TooManyRequests", 429), ("ValidationError", 400), ("Taken", 409)],
)
def test_a_refusal_takes_back_what_was_done(site, post, trouble, status):
    answer = post({"name": "Erika", "trouble": trouble}, Idempotency_Key=str(uuid.uuid4()))
    assert answer.status_code == status
    assert answer.json()["type"] == trouble
    assert "secret detail" not in answer.text
    assert records(site) == []


def test_429_says_when_to_come_again(post):
    answer = post({"name": "Erika", "trouble": "TooManyRequests"})
    assert answer.headers["Retry-After"] == "17"
    assert "17" in answer.json()["message"]


def test_409_may_offer_something_else(post):
    assert post({"name": "Erika", "trouble": "Taken"}).json()["alternatives"] == ["10:00"]


@pytest.mark.parametrize("trouble", TROUBLES)
def test_reading_fails_in_the_same_form(site, trouble):
    url = f"{site.absolute_url()}/@test-read"
    headers = {"Accept": "application/json"}
    assert requests.get(url, headers=headers, timeout=30).json() == {"read": True}
    answer = requests.get(f"{url}?trouble={trouble}", headers=headers, timeout=30)
    assert answer.json()["type"] == trouble


@pytest.mark.parametrize(
    ("accepted", "words"),
    [
        ("de", "Bitte prüfen Sie Ihre Angaben."),
        ("en-GB,en;q=0.9,de;q=0.1", "Please check your entries."),
        ("tr, en;q=0.2, de;q=0.8", "Bitte prüfen Sie Ihre Angaben."),
    ],
)
def test_messages_are_in_the_clients_language(post, accepted, words):
    assert post({"name": "Erika"}, Accept_Language=accepted).json()["message"] == words
    assert post({"name": ""}, Accept_Language=accepted).json()["message"] == words


def test_without_a_known_language_the_sites_own_is_spoken(site, post):
    from plone import api

    for language, words in (("de", "Bitte prüfen Sie"), ("en", "Please check")):
        api.portal.set_registry_record("plone.default_language", language)
        transaction.commit()
        assert post({"name": ""}, Accept_Language="tr").json()["message"].startswith(words)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 201),
        ({"Origin": "https://attacker.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "https://www.example", "Sec-Fetch-Site": "same-origin"}, 201),
        ({"Origin": "https://attacker.example", "Sec-Fetch-Site": "cross-site"}, 403),
    ],
)
def test_foreign_pages_may_not_send(site, post, headers, status):
    assert post({"name": "Erika"}, **headers).status_code == status
    assert len(records(site)) == (status == 201)


def test_the_sites_own_pages_may_send(site, post):
    own = site.absolute_url().rsplit("/", 1)[0]
    assert post({"name": "Erika"}, Origin=own).status_code == 201


def test_the_same_key_gives_the_first_answer_again(site, post):
    key = str(uuid.uuid4())
    first = post({"name": "Erika", "more": 1}, Idempotency_Key=key)
    again = post(b'{"more":1,  "name":"Erika"}', Idempotency_Key=key)
    assert (first.status_code, first.json()) == (again.status_code, again.json())
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert records(site) == ["Erika"]
    assert post({"name": "Erika", "more": 1}, Idempotency_Key=str(uuid.uuid4())).status_code == 201
    assert records(site) == ["Erika", "Erika"]


def test_a_key_belongs_to_one_body(site, post):
    key = str(uuid.uuid4())
    post({"name": "Erika"}, Idempotency_Key=key)
    answer = post({"name": "Max"}, Idempotency_Key=key)
    assert answer.status_code == 422
    assert answer.json()["type"] == "IdempotencyKeyReused"
    assert records(site) == ["Erika"]


def test_a_key_belongs_to_one_sender(site, post):
    from plone.app.testing import SITE_OWNER_NAME
    from plone.app.testing import SITE_OWNER_PASSWORD

    key = str(uuid.uuid4())
    first = post({"name": "Erika"}, Idempotency_Key=key)
    token = requests.auth._basic_auth_str(SITE_OWNER_NAME, SITE_OWNER_PASSWORD)
    other = post({"name": "Erika"}, Idempotency_Key=key, Authorization=token)
    assert first.json()["number"] != other.json()["number"]


def test_after_a_refusal_the_same_key_may_try_again(site, post):
    key = str(uuid.uuid4())
    assert post({"name": ""}, Idempotency_Key=key).status_code == 400
    assert post({"name": "Erika"}, Idempotency_Key=key).status_code == 201


def test_looking_something_up_keeps_nothing(site, post):
    key = str(uuid.uuid4())
    seen = {post({}, "@test-look", Idempotency_Key=key).json()["seen"] for _ in range(2)}
    assert len(seen) == 2
    transaction.begin()
    assert len(store(site, ANSWERS, Answers).kept) == 0


def test_two_at_the_same_moment_make_one_record(site, post, monkeypatch):
    """Both are held in the middle of their work, so that both have seen no answer yet."""
    key = str(uuid.uuid4())
    monkeypatch.setattr("tests.core.test_rest.meeting", threading.Barrier(2))
    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(lambda _: post({"name": "E"}, Idempotency_Key=key), range(2)))
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert records(site) == ["E"]


def test_a_store_that_was_removed_comes_back(site, post):
    remove(site, ANSWERS)
    transaction.commit()
    key = str(uuid.uuid4())
    first, again = (post({"name": "E"}, Idempotency_Key=key) for _ in range(2))
    assert first.json() == again.json()
