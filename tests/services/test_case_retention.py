"""Closed cases are deleted on the day their form has set; open ones never."""

from datetime import date
from kaarst.services.cases.departments.scope import EVERYTHING
from kaarst.services.cases.retention import Cases
from kaarst.services.cases.retention import DeleteCases
from kaarst.services.forms import versions
from kaarst.services.forms.interfaces import KEEP_DAYS
from plone import api
from tests.services.test_cases import be
from tests.services.test_cases import case  # noqa: F401
from tests.services.test_cases import desk  # noqa: F401
from tests.services.test_cases import send  # noqa: F401

import time_machine


def work(case, transition):  # noqa: F811
    be("Clerk")
    api.portal.get_tool("portal_workflow").doActionFor(case, transition)


def worker_on(day, site):
    with time_machine.travel(f"{day}T12:00:00+01:00", tick=False):
        DeleteCases().run(site)


def test_a_closed_case_goes_on_its_day_and_not_before(portal, desk, case):  # noqa: F811
    with time_machine.travel("2026-03-02T23:30:00+00:00", tick=False):
        work(case, "decide")
    # It was the third of March in Germany.
    assert case.keep_days == KEEP_DAYS
    assert case.delete_on == date(2028, 3, 2)
    worker_on("2028-03-01", portal)
    assert desk.case(case.number) is not None
    worker_on("2028-03-02", portal)
    assert desk.case(case.number) is None
    assert desk.index.find(scope=EVERYTHING)[0] == 0
    assert dict(desk.deleted) == {case.number: date(2028, 3, 2)}


def test_open_cases_stay(portal, desk, case):  # noqa: F811
    work(case, "start")
    worker_on("2099-01-01", portal)
    assert desk.case(case.number) is not None


def test_a_case_taken_up_again_is_open(portal, desk, case):  # noqa: F811
    work(case, "decide")
    assert case.delete_on is not None
    work(case, "reopen")
    assert case.delete_on is None
    worker_on("2099-01-01", portal)
    assert desk.case(case.number) is not None


def test_the_form_sets_how_long(portal, form, desk, send):  # noqa: F811
    form.actions_model = form.actions_model.replace("</title>", "</title><keep_days>30</keep_days>")
    versions.publish(form)
    receipt = send(name="Erika Mustermann", message="Guten Tag")
    found = desk[receipt.number]
    with time_machine.travel("2026-03-03T12:00:00+01:00", tick=False):
        work(found, "decide")
    assert found.delete_on == date(2026, 4, 2)


def test_the_privacy_page_says_it(portal, form):
    assert Cases().period(portal).mapping == {"days": KEEP_DAYS}
    form.actions_model = form.actions_model.replace("</title>", "</title><keep_days>30</keep_days>")
    versions.publish(form)
    be("Manager")
    if api.content.get_state(form) != "published":
        api.content.transition(form, "publish")
    assert Cases().period(portal).mapping == {"days": 30}
