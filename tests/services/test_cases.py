"""From a sent form to a case: what is stored, what is queued, and what is left alone."""

from datetime import timedelta
from datetime import UTC
from kaarst.core.outbox import outbox
from kaarst.core.pins import check_pin
from kaarst.core.reference import normalise
from kaarst.services.cases.departments.scope import EVERYTHING
from kaarst.services.cases.desk import find_desk
from kaarst.services.cases.desk import SettleCases
from kaarst.services.forms import answers
from kaarst.services.forms import submission
from kaarst.services.forms import uploads
from kaarst.services.forms import versions
from plone import api
from plone.app.testing import logout
from plone.app.testing import setRoles
from plone.app.testing import TEST_USER_ID
from Products.CMFCore.WorkflowCore import WorkflowException
from tests.services.clerks import work_here
from tests.services.test_answers import PDF
from zExceptions import NotFound
from zExceptions import Unauthorized
from zope.component import getUtility
from zope.intid.interfaces import IIntIds

import email
import email.policy
import pytest
import time_machine


WITH_UPLOAD = """<model xmlns="http://namespaces.plone.org/supermodel/schema"><schema>
<field name="name" type="zope.schema.TextLine"><title>Name</title></field>
<field name="email" type="plone.schema.email.Email"><title>E-Mail</title>
<required>False</required></field>
<field name="proof" type="plone.namedfile.field.NamedBlobFile"><title>Nachweis</title></field>
</schema></model>"""


@pytest.fixture
def desk(portal):
    return find_desk(portal)


@pytest.fixture
def send(portal, form):
    """Sends the form as anybody would."""

    def send(**raw):
        logout()
        asked = submission.questionnaire(form)
        checked = answers.check(asked, raw)
        assert checked.errors == {}
        return submission.receive(form, asked, checked.values)

    return send


@pytest.fixture
def case(form, desk, send):
    form.fields_model = WITH_UPLOAD
    versions.publish(form)
    receipt = send(
        name="Erika Mustermann",
        email="erika@example.org",
        proof=uploads.Upload("c:\\scan.PDF", PDF),
    )
    return desk[receipt.number]


def be(*roles):
    """The test user has these roles from now on."""
    from plone.app.testing import login
    from plone.app.testing import TEST_USER_NAME

    login(api.portal.get(), TEST_USER_NAME)
    setRoles(api.portal.get(), TEST_USER_ID, ["Member", *roles])
    if "Clerk" in roles:
        work_here(api.portal.get())


def test_receives(form, desk, send):
    form.actions_model = form.actions_model.replace("</title>", "</title><due_days>28</due_days>")
    versions.publish(form)
    with time_machine.travel("2026-03-28T23:30:00+01:00", tick=False):
        receipt = send(name="Erika Mustermann", message="Guten Tag")
    case = desk[receipt.number]
    assert normalise(receipt.number) == receipt.number == case.getId()
    assert receipt.number.startswith("MST-")
    assert check_pin(receipt.pin, case.sealed_pin)
    assert receipt.pin not in case.sealed_pin
    assert case.received.tzinfo is UTC
    assert case.received.isoformat() == "2026-03-28T22:30:00+00:00"
    # Four weeks after the day in Germany, over the change to summer time, is a Saturday.
    assert case.due.isoformat() == "2026-04-27"
    assert (case.state, receipt.state) == ("received", "received")
    assert [(answer["field"], answer["text"]) for answer in case.answers] == [
        ("name", "Erika Mustermann"),
        ("message", "Guten Tag"),
    ]
    assert case.form_title == "Anmeldung bei Zuzug"
    assert case.form_path == "anmeldung"
    assert [(entry["who"], entry["what"]) for entry in case.history] == [("", "received")]
    assert case.absolute_url() == f"{desk.absolute_url()}/{receipt.number}"


def test_keeps_documents_with_the_type_that_was_found(case):
    (document,) = case.documents
    assert (document["id"], document["field"], document["label"]) == ("1", "proof", "Nachweis")
    assert document["file"].filename == "scan.pdf"
    assert document["file"].contentType == "application/pdf"
    assert document["file"].data == PDF
    assert case.document("1") == document
    with pytest.raises(NotFound):
        case.document("2")


def test_queues_a_mail_without_the_pin(portal, desk, form, send):
    receipt = send(name="Erika", email="erika@example.org", message="Guten Tag")
    assert receipt.mailed_to == "erika@example.org"
    (letter,) = outbox(portal).letters()
    text = email.message_from_bytes(letter.content.data, policy=email.policy.default).get_content()
    assert receipt.number in text
    assert "/status" in text
    for secret in (receipt.pin, receipt.pin.replace(" ", ""), "Guten Tag"):
        assert secret not in text


def test_sends_no_mail_without_an_address(portal, send):
    assert send(name="Erika", message="Guten Tag").mailed_to == ""
    assert outbox(portal).letters() == []


def test_leaves_alone_what_public_pages_share(portal, form, send):
    """The page cache asks the catalogue's counter; every citizen's request reads the desk."""
    catalog = portal.portal_catalog
    counter, size = catalog.getCounter(), len(catalog)
    intids = len(getUtility(IIntIds).refs)
    registered = portal._p_jar._registered_objects
    touched = {id(item) for item in registered}
    send(name="Erika", email="erika@example.org", message="Guten Tag")
    catalog.searchResults()
    assert (catalog.getCounter(), len(catalog)) == (counter, size)
    assert len(getUtility(IIntIds).refs) == intids
    new = [item for item in registered if id(item) not in touched]
    assert (
        find_desk(portal)._p_oid not in {item._p_oid for item in new}
        or not find_desk(portal)._p_changed
    )


def test_refuses_when_the_action_is_off(form, desk, send):
    form.actions_model = form.actions_model.replace(
        "</title>", "</title><required>False</required>"
    )
    assert submission.is_open(form)
    versions.publish(form)
    assert not submission.is_open(form)
    with pytest.raises(submission.FormClosed):
        send(name="Erika", message="Guten Tag")
    assert len(desk) == 0


def test_the_action_of_easyform_makes_the_same_case(form, desk):
    from collective.easyform.api import get_actions
    from zope.schema import getFieldsInOrder

    ((_name, action),) = getFieldsInOrder(get_actions(form))
    action.onSuccess({"name": "Erika", "message": "Guten Tag", "email": None}, form.REQUEST)
    (case,) = desk.cases()
    assert [answer["text"] for answer in case.answers] == ["Erika", "Guten Tag"]
    with pytest.raises(ValueError):
        action.onSuccess({"name": "", "message": "x"}, form.REQUEST)
    assert len(desk) == 1


def test_work(case, desk):
    be("Clerk")
    workflow = api.portal.get_tool("portal_workflow")
    workflow.doActionFor(case, "start", comment="Rufe an")
    assert case.state == "in_progress"
    workflow.doActionFor(case, "decide")
    assert case.state == "decided"
    with pytest.raises(WorkflowException):
        workflow.doActionFor(case, "withdraw")
    workflow.doActionFor(case, "reopen")
    assert [(entry["who"], entry["what"], entry["note"]) for entry in case.history][1:] == [
        (TEST_USER_ID, "start", "Rufe an"),
        (TEST_USER_ID, "decide", ""),
        (TEST_USER_ID, "reopen", ""),
    ]
    assert [row["state"] for row in desk.index.find(scope=EVERYTHING)[1]] == ["in_progress"]


@pytest.mark.parametrize(
    "roles",
    [
        [],
        ["Editor"],
        ["Contributor", "Reviewer"],
        ["Reader"],
        ["Site Administrator"],
        ["Owner"],
        ["Manager"],
    ],
)
def test_nobody_else_works_or_looks(case, desk, roles):
    be(*roles)
    workflow = api.portal.get_tool("portal_workflow")
    with pytest.raises(WorkflowException):
        workflow.doActionFor(case, "start")
    for permission in ("View", "kaarst.services: View cases", "Modify portal content"):
        assert not api.user.has_permission(permission, obj=case)
        # Who runs the site says there who is a clerk, and sees no cases.
        runs_the_site = {"Site Administrator", "Manager"} & set(
            roles
        ) and permission != "Modify portal content"
        assert api.user.has_permission(permission, obj=desk) == bool(runs_the_site)
    with pytest.raises(Unauthorized):
        api.portal.get().restrictedTraverse(f"vorgaenge/{case.getId()}")


def test_the_sender_does_not_own_a_case(portal, form, desk):
    be("Editor", "Contributor")
    asked = submission.questionnaire(form)
    checked = answers.check(asked, {"name": "Erika", "message": "Hallo"})
    case = desk[submission.receive(form, asked, checked.values).number]
    assert case.get_local_roles() == ()
    assert not api.user.has_permission("View", obj=case)


def test_a_clerk_cannot_change_what_was_sent(case):
    be("Clerk")
    assert api.user.has_permission("View", obj=case)
    for permission in ("Modify portal content", "Delete objects", "Copy or Move"):
        assert not api.user.has_permission(permission, obj=case.aq_parent) or permission == (
            "Copy or Move"
        )
    assert not api.user.has_permission("Modify portal content", obj=case)
    assert not api.user.has_permission("Delete objects", obj=case)


def test_is_listed_at_once_and_settled_by_the_worker(portal, case, desk):
    assert [row["number"] for row in desk.index.find(scope=EVERYTHING)[1]] == [case.number]
    assert len(desk.index.catalog) == 0
    SettleCases().run(portal)
    assert len(desk.index.catalog) == 1
    assert len(desk.index.pending) == 0
    assert [row["number"] for row in desk.index.find(text="must erika", scope=EVERYTHING)[1]] == [
        case.number
    ]


def test_numbers_that_are_taken_are_not_given_twice(desk, form, send, monkeypatch):
    from kaarst.core import reference

    numbers = iter(["KAA-AAAA-AAAA-A", "KAA-AAAA-AAAA-A", "KAA-BBBB-BBBB-B"])
    monkeypatch.setattr(reference, "new_number", lambda prefix: next(numbers))
    first = send(name="Erika", message="Eins")
    second = send(name="Erika", message="Zwei")
    assert (first.number, second.number) == ("KAA-AAAA-AAAA-A", "KAA-BBBB-BBBB-B")
    assert desk[first.number].answers[1]["text"] == "Eins"


def test_strangers_cannot_tell_which_numbers_are_taken(portal, case, desk):
    logout()
    request = portal.REQUEST.clone()
    for number in (case.number, "KAA-0000-0000-" + "0"):
        try:
            found = desk.publishTraverse(request, number)
        except (KeyError, AttributeError):
            continue
        assert not api.user.has_permission("View", obj=found)
        assert not api.user.has_permission("kaarst.services: View cases", obj=found)


def test_the_desk_stays_when_the_package_is_installed_again(portal, case, desk):
    from kaarst.services.setuphandlers import post_install

    post_install(None)
    assert find_desk(portal)._cases.get(case.number) is not None
    assert timedelta(0) == case.received.utcoffset()
