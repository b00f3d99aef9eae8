"""A case belongs to a department, and only its clerks see it; it can be handed over."""

from kaarst.services.cases.departments import rights
from kaarst.services.cases.departments.health import MailRoomHealth
from kaarst.services.cases.departments.shares import make_clerks
from plone import api
from plone.app.testing import TEST_USER_ID
from tests.services.clerks import work_here
from tests.services.test_case_pages import Town
from tests.services.test_messages import Case

import pytest
import re
import requests
import transaction


PASSWORD = "sehr-geheim-1"
VIEW, WORK = "kaarst.services: View cases", "kaarst.services: Work on cases"


class Hall:
    """A town hall: finances with taxes inside, a registry, and four clerks."""

    def __init__(self, portal):
        self.town = town = Town(portal)
        self.desk = town.desk
        with api.env.adopt_roles(["Manager"]):
            self.finances = api.content.create(portal, "Department", title="Finanzen")
            self.taxes = api.content.create(self.finances, "Department", title="Steuern")
            self.registry = api.content.create(portal, "Department", title="Standesamt")
            self.nobody = api.content.create(portal, "Department", title="Archiv")
            self.service = api.content.create(portal, "Service", title="Hund anmelden")
            api.relation.create(self.service, town.upload, "form")
            for name in ("mail", "taxes", "finances", "registry"):
                user = api.user.create(
                    username=name, email=f"{name}@example.org", password=PASSWORD
                )
                user.setMemberProperties({"fullname": f"Clerk {name.title()}"})
                api.user.grant_roles(username=name, roles=["Clerk"])
        api.group.create("registry-people", title="Team Standesamt")
        api.group.add_user(groupname="registry-people", username="registry")
        self.responsible(self.taxes)
        work_here(portal, "mail")
        make_clerks(self.desk, self.taxes, "taxes")
        make_clerks(self.desk, self.finances, "finances")
        make_clerks(self.desk, self.registry, "registry-people")
        transaction.commit()

    def responsible(self, department):
        with api.env.adopt_roles(["Manager"]):
            api.relation.delete(source=self.service, relationship="department")
            if department is not None:
                api.relation.create(self.service, department, "department")
        transaction.commit()

    def send(self):
        sent = self.town.send()
        transaction.begin()
        return Case(self.town, sent["number"], sent["pin"])

    def client(self, login):
        client = requests.Session()
        client.auth = (login, PASSWORD)
        return client

    def who(self, case, permission=VIEW):
        """Which of the clerks may see a case."""
        transaction.begin()
        # What was allowed is remembered for a request.
        self.town.portal.REQUEST.__annotations__ = {}
        return [
            name
            for name in ("mail", "taxes", "finances", "registry")
            if api.user.has_permission(permission, username=name, obj=case.stored)
        ]

    def list(self, login, **query):
        found = self.client(login).get(
            f"{self.town.url}/vorgaenge/@cases", params=query, headers=self.town.json
        )
        return {item["number"] for item in found.json()["items"]}

    def post(self, login, case, service, body):
        return self.client(login).post(f"{case.url}/{service}", json=body, headers=self.town.json)


@pytest.fixture
def hall(functional_portal):
    return Hall(functional_portal)


def test_clerks_see_what_is_their_departments(hall):
    taxes = hall.send()
    hall.responsible(hall.registry)
    registry = hall.send()
    hall.responsible(None)
    nobodys = hall.send()
    hall.responsible(hall.nobody)
    unstaffed = hall.send()
    assert taxes.stored.department == hall.taxes.UID()
    # Whoever works for finances works for the taxes inside it.
    for permission in (VIEW, WORK):
        assert hall.who(taxes, permission) == ["taxes", "finances"]
        assert hall.who(registry, permission) == ["registry"]
        assert hall.who(nobodys, permission) == ["mail"]
        assert hall.who(unstaffed, permission) == ["mail"]
    # The index says the same, fresh and settled.
    for _turn in range(2):
        assert hall.list("taxes") == hall.list("finances") == {taxes.number}
        assert hall.list("registry") == {registry.number}
        assert hall.list("mail") == {nobodys.number, unstaffed.number}
        assert hall.list("mail", department="none") == {nobodys.number}
        assert hall.list("registry", department=hall.taxes.UID()) == set()
        hall.desk.index.settle()
        transaction.commit()
    page = hall.client("registry").get(f"{hall.town.url}/vorgaenge").text
    assert registry.number in page and taxes.number not in page
    # The filter counts one received case, not four.
    assert re.findall(r"Received \((\d+)\)", page) == ["1"]
    # When a department is gone, nothing of its is lost.
    with api.env.adopt_roles(["Manager"]):
        api.content.delete(hall.service, check_linkintegrity=False)
        api.content.delete(hall.finances, check_linkintegrity=False)
    transaction.commit()
    assert hall.who(taxes) == ["mail"]
    assert taxes.number in hall.list("mail")
    assert MailRoomHealth().check(hall.town.portal).state == "ok"
    hall.desk.manage_delLocalRoles(["mail", TEST_USER_ID])
    assert MailRoomHealth().check(hall.town.portal).state == "warning"


def test_departments_cut_off_and_everybody_with_an_account(hall):
    case = hall.send()
    hall.taxes.__ac_local_roles_block__ = True
    make_clerks(hall.desk, hall.registry, "AuthenticatedUsers")
    transaction.commit()
    assert hall.who(case) == ["taxes"]
    assert hall.list("finances") == set()
    hall.responsible(hall.registry)
    assert hall.who(hall.send()) == ["registry"]


def test_handing_over(hall):
    case = hall.send()
    here = hall.post("taxes", case, "@assign", {"clerk": "finances"})
    assert here.status_code == 200
    # Who works elsewhere cannot have it.
    assert hall.post("taxes", case, "@assign", {"clerk": "registry"}).status_code == 400
    for wrong in (
        {},
        {"department": ""},
        {"department": "x"},
        {"department": hall.nobody.UID()},
        {"department": hall.taxes.UID()},
        {"department": "none", "note": "x" * 201},
    ):
        assert hall.post("taxes", case, "@hand-over", wrong).status_code == 400, wrong
    to = {"department": hall.registry.UID(), "note": "Gehört zu Ihnen"}
    assert hall.post("registry", case, "@hand-over", to).status_code == 401
    given = hall.post("taxes", case, "@hand-over", to).json()
    assert given == {
        "number": case.number,
        "department": hall.registry.UID(),
        "department_title": "Standesamt",
        "clerk": None,
    }
    assert hall.who(case) == ["registry"]
    entry = case.stored.history[-1]
    assert (entry["who"], entry["what"]) == ("taxes", "handed_over")
    assert entry["note"] == "Standesamt: Gehört zu Ihnen"
    known = hall.client("registry").get(
        f"{hall.town.url}/vorgaenge/@case-departments", headers=hall.town.json
    )
    assert [(item["title"], item["mine"]) for item in known.json()["items"]] == [
        (None, False), ("Finanzen", False), ("Standesamt", True), ("Steuern", False),
    ]  # fmt: skip


def test_handing_over_in_the_browser(hall):
    case = hall.send()
    client = hall.client("taxes")
    page = client.get(case.url).text
    assert '<p id="case-department">Steuern</p>' in page
    token = re.search(r'_authenticator(?:"[^>]*value="|=)(\w{40})', page).group(1)
    body = {"department": "none", "note": ""}
    client.post(f"{case.url}/@@hand-over", data=body)
    assert hall.who(case) == ["taxes", "finances"]
    after = client.post(f"{case.url}/@@hand-over", data={**body, "_authenticator": token})
    assert after.url.endswith("/vorgaenge") and f"{case.number} has been handed over" in after.text
    assert hall.who(case) == ["mail"]
    # Not seen any more, so not to be given on by a list that was open all the time, either.
    bulk = {"number": [case.number], "do": "assign", "clerk": "", "_authenticator": token}
    assert client.post(f"{hall.town.url}/vorgaenge/@@work-on-cases", data=bulk).status_code == 200
    assert case.stored.history[-1]["what"] == "handed_over"


def test_who_made_whom_a_clerk_is_written_down(hall):
    hall.town.portal.acl_users.userFolderAddUser("chef", PASSWORD, ["Manager"], [])
    transaction.commit()
    chief, case = hall.client("chef"), hall.send()
    answer = chief.get(case.url, headers={"Accept": "text/html"})
    assert case.number not in answer.text and "Erika" not in answer.text
    sharing = f"{hall.taxes.absolute_url()}/@sharing"
    roles = {
        role["id"] for role in chief.get(sharing, headers=hall.town.json).json()["available_roles"]
    }
    assert rights.ROLE in roles
    entries = [{"id": "chef", "type": "user", "roles": {rights.ROLE: True}}]
    chief.post(sharing, json={"entries": entries, "inherit": True}, headers=hall.town.json)
    assert "Erika" in chief.get(case.url).text
    page = chief.get(f"{hall.town.url}/vorgaenge/@@case-workers").text
    assert re.search(r"<strong>Steuern</strong>, chef, .*?sees the cases:\s+chef", page, re.S)
    # Nobody can have the role in the whole site, and it is not offered where no cases are.
    assert rights.ROLE not in hall.town.portal.validRoles()
    elsewhere = chief.get(f"{hall.town.url}/@sharing", headers=hall.town.json).json()
    assert rights.ROLE not in {role["id"] for role in elsewhere["available_roles"]}
