"""Decisions on their way: draft, review by somebody else, release, file; what editors may adapt."""

from kaarst.services.cases.papers import plan as plans
from kaarst.services.cases.papers.plan import PaperPlan
from kaarst.services.cases.papers.plan import Transition
from plone.app.testing import setRoles
from plone.app.testing import TEST_USER_ID
from tests.services.conftest import EDITOR_ROLES
from tests.services.test_case_pages import town  # noqa: F401
from tests.services.test_decisions import LETTER
from tests.services.test_inbox import Colleague
from tests.services.test_messages import Case

import pytest
import re
import transaction


def test_a_draft_is_reviewed_where_four_eyes_are_wanted():
    assert PaperPlan().exits("draft") == ("submit", "release")
    assert PaperPlan(four_eyes=True).exits("draft") == ("submit",)
    for four_eyes in (False, True):
        plan = PaperPlan(four_eyes)
        ways = {exit for state in plans.STATES for exit in plan.exits(state)}
        assert ways == set(plans.LEADS_TO) and plan.exits("filed") == ()


@pytest.mark.parametrize(
    ("four_eyes", "who", "may"), [(False, "a", True), (True, "a", False), (True, "c", True)]
)
def test_nobody_releases_their_own_words(four_eyes, who, may):
    assert plans.may_release(PaperPlan(four_eyes), ("a", "b"), who) is may


def test_words_have_an_end_and_are_told_apart():
    usual = {id: str(title) for id, title in plans.STATES.items()}
    plan = PaperPlan(
        states={"review": "draft ", "filed": "x" * 61},
        transitions={"file": Transition("y" * 61)},
    )
    assert plans.problems(PaperPlan(), usual) == {}
    assert plans.problems(plan, usual) == {
        "state-review": "twice", "state-filed": "long", "transition-file": "long",
    }  # fmt: skip


@pytest.fixture
def case(town):  # noqa: F811
    sent = town.send()
    return Case(town, sent["number"], sent["pin"])


def token(page):
    return re.search(r'_authenticator(?:"[^>]*value="|=)(\w{40})', page).group(1)


def test_four_eyes_in_the_browser_and_over_rest(case):
    town, url = case.town, f"{case.town.url}/case-document-workflow"  # noqa: F811
    colleague = Colleague(town)
    assert (
        town.clerk.get(f"{town.url}/@case-document-workflow", headers=town.json).status_code == 401
    )
    setRoles(town.portal, TEST_USER_ID, [*EDITOR_ROLES, "Clerk"])
    transaction.commit()
    page = town.clerk.get(url).text
    typed = {"_authenticator": token(page), "four_eyes": "1", "state-review": "Vier Augen"}
    assert town.clerk.post(url, data=typed | {"state-filed": "Vier Augen"}).status_code == 400
    town.clerk.post(url, data=typed)
    known = town.clerk.get(f"{town.url}/@case-document-workflow", headers=town.json).json()
    assert known["four_eyes"] is True and known["states"]["review"] == "Vier Augen"
    wrong = {"states": {"x": "y"}}
    said = town.clerk.post(f"{town.url}/@case-document-workflow", json=wrong, headers=town.json)
    assert said.status_code == 400
    setRoles(town.portal, TEST_USER_ID, ["Member", "Clerk"])
    transaction.commit()

    # Nothing goes out at once, by neither door.
    at_once = town.clerk.post(f"{case.url}/@decisions", json=LETTER, headers=town.json)
    assert at_once.status_code == 409 and not case.stored.decisions
    assert 'name="issue"' not in town.clerk.get(f"{case.url}/@@decide").text
    page = case.clerk("decide", save="1", template="", **{**LETTER, "remedy": ""}).text
    assert 'id="paper-form"' in page and not case.stored.decisions
    paper = {"id": "1", "_authenticator": token(page)}
    post = f"{case.url}/@@paper"
    assert town.clerk.post(post, data={**paper, **LETTER, "step": "release"}).status_code == 400
    page = town.clerk.post(post, data={**paper, **LETTER, "text": "Ja.", "step": "submit"}).text
    assert "Vier Augen" in page and 'value="release"' not in page
    assert "Vier Augen" in town.clerk.get(case.url).text
    assert town.clerk.post(post, data={**paper, "step": "release"}).status_code == 400
    # Nothing of it is the citizen's yet.
    assert "Bewilligung" not in case.citizen("status").text and case.stored.state == "received"

    papers = f"{case.url}/@papers"
    (listed,) = colleague.client.get(papers, headers=town.json).json()["items"]
    assert (listed["state"], listed["steps"]) == ("review", ["release", "return"])
    change = {"id": "1", "text": "Nein."}
    refused = colleague.client.post(papers, json=change, headers=town.json)
    assert refused.status_code == 409
    step = {"id": "1", "step": "release"}
    assert town.clerk.post(papers, json=step, headers=town.json).status_code == 409
    done = colleague.client.post(papers, json=step, headers=town.json).json()
    assert (done["state"], done["decision"], done["steps"]) == ("released", "1", ["file"])
    stored = case.stored
    assert stored.state == "decided" and stored.decisions[0].text == "Ja."
    assert stored.decisions[0].who == "kollegin"
    assert "Bewilligung" in case.citizen("status").text
    case.town.clerk.post(post, data={**paper, "step": "file", "comment": "Akte 7"})
    assert case.stored.papers[0].__of__(case.stored).state == "filed"
    whats = [entry["what"] for entry in case.stored.history]
    for what in ("paper_written", "paper_submit", "paper_release", "issued", "paper_file"):
        assert what in whats
    for wrong in ({"id": "9"}, {"step": "x"}, {"text": 1}, {"x": ""}, {"text": "x" * 20_001}):
        answer = town.clerk.post(papers, json=wrong, headers=town.json)
        assert answer.status_code == 400 and answer.json()["errors"], wrong


def test_without_four_eyes_a_draft_is_gone_on_with_and_released(case):
    town = case.town  # noqa: F811
    papers = f"{case.url}/@papers"
    draft = {"heading": "Halb fertig", "text": "Erster Satz"}
    made = town.clerk.post(papers, json=draft, headers=town.json)
    assert made.status_code == 201 and made.json()["state"] == "draft", made.text
    half = town.clerk.post(papers, json={"id": "1", "step": "release"}, headers=town.json)
    assert half.json()["errors"][0]["field"] == "remedy"
    page = town.clerk.get(f"{case.url}/@@paper?id=1").text
    assert "Erster Satz" in page
    pdf = town.clerk.get(f"{case.url}/@@paper?id=1&pdf=1")
    assert pdf.content.startswith(b"%PDF")
    data = {"id": "1", "_authenticator": token(page), **LETTER, "step": "release"}
    town.clerk.post(f"{case.url}/@@paper", data=data)
    assert case.stored.state == "decided" and case.stored.decisions[0].heading == "Bewilligung"
    # What was issued at once went the same way.
    assert case.clerk("work", transition="reopen")
    at_once = town.clerk.post(f"{case.url}/@decisions", json=LETTER, headers=town.json)
    assert at_once.status_code == 201
    states = [item["state"] for item in town.clerk.get(papers, headers=town.json).json()["items"]]
    assert states == ["released", "released"]


def test_a_letter_goes_out_when_it_is_released_and_decides_nothing(case):
    town = case.town  # noqa: F811
    papers = f"{case.url}/@papers"
    page = case.clerk("new-letter").text
    data = {"id": "1", "_authenticator": token(page), "heading": "Zwischenstand", "text": ""}
    post = f"{case.url}/@@paper"
    assert town.clerk.post(post, data=data | {"step": "release"}).status_code == 400
    town.clerk.post(post, data=data | {"text": "Wir sind fast fertig.", "step": "release"})
    stored = case.stored
    assert stored.state == "received" and stored.papers[0].document == stored.documents[-1]["id"]
    assert stored.documents[-1]["file"].data.startswith(b"%PDF")
    assert "Zwischenstand" in case.citizen("status").text
    # Another one is thought better of.
    made = town.clerk.post(papers, json={"kind": "letter", "heading": "x"}, headers=town.json)
    assert made.status_code == 201 and made.json()["kind"] == "letter"
    case.clerk("paper", id="2", step="discard")
    assert [paper.getId() for paper in case.stored.papers] == ["1"]
    wrong = town.clerk.post(papers, json={"id": "1", "kind": "decision"}, headers=town.json)
    assert wrong.json()["errors"][0]["field"] == "kind"
