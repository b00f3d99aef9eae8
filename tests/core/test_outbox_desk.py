"""`@@outbox`: what operators see and decide."""

from kaarst.core.outbox import enqueue
from kaarst.core.outbox import outbox
from plone import api
from plone.app.testing import TEST_USER_NAME
from plone.app.testing import TEST_USER_PASSWORD
from tests import operators
from tests.operators import press

import pytest
import transaction


ERIKA = "erika@kaarst.example"


@pytest.fixture
def failed(functional_portal):
    """The id of a letter that was refused."""
    id = enqueue(functional_portal, ERIKA, "Ihre Anmeldung", "Ihre PIN: 4821 7736")
    outbox(functional_portal).refuse(id, "550 no such user")
    transaction.commit()
    return id


@pytest.fixture
def desk(functional, functional_portal, failed):
    """A browser of the site's owner on the page, in German."""
    api.portal.set_registry_record("plone.default_language", "de")
    transaction.commit()
    return operators.opened(functional, f"{functional_portal.absolute_url()}/@@outbox")


def test_it_shows_recipient_and_reason_but_not_the_text(desk):
    for words in (ERIKA, "Ihre Anmeldung", "550 no such user", "Nicht gesendet"):
        assert words in desk.contents
    assert "4821" not in desk.contents


def test_a_letter_is_sent_again(desk, functional_portal, failed):
    press(desk, "repeat")
    assert "noch einmal gesendet" in desk.contents
    transaction.begin()
    assert outbox(functional_portal).due() == [failed]


def test_a_letter_is_not_discarded_without_a_reason(desk, functional_portal, failed):
    press(desk, "discard", " ")
    assert "Bitte geben Sie einen Grund an." in desk.contents
    transaction.begin()
    assert failed in outbox(functional_portal).failed


def test_a_letter_is_discarded_with_a_reason(desk, functional_portal, failed):
    press(desk, "discard", "Per Post geschickt <b>")
    assert "Die E-Mail wurde verworfen." in desk.contents
    assert "Per Post geschickt &lt;b&gt;" in desk.contents
    transaction.begin()
    assert outbox(functional_portal).letters() == []
    ((_, id, who, reason),) = outbox(functional_portal).discards
    assert (id, who, reason) == (failed, "admin", "Per Post geschickt <b>")


def test_what_has_gone_meanwhile_is_said(desk, functional_portal, failed):
    outbox(functional_portal).erase(ERIKA)
    transaction.commit()
    press(desk, "repeat")
    assert "nicht mehr im Postausgang" in desk.contents


@pytest.mark.parametrize("auth", [None, (TEST_USER_NAME, TEST_USER_PASSWORD)])
def test_it_is_for_operators_only(functional_portal, failed, auth):
    url = f"{functional_portal.absolute_url()}/@@outbox"
    for answer in operators.answers(url, {"id": failed, "discard": 1, "reason": "x"}, auth):
        assert ERIKA not in answer.text
    transaction.begin()
    assert failed in outbox(functional_portal).failed


def test_a_foreign_page_cannot_press_the_buttons(functional_portal, failed):
    url = f"{functional_portal.absolute_url()}/@@outbox"
    data = {"id": failed, "discard": 1, "reason": "x"}
    assert operators.pressed_from_elsewhere(url, data).status_code == 403
    transaction.begin()
    assert failed in outbox(functional_portal).failed


def test_looking_writes_nothing(desk, functional_portal):
    db = functional_portal._p_jar.db()
    before = db.lastTransaction()
    desk.reload()
    assert db.lastTransaction() == before
