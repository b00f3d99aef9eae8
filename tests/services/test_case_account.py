"""Cases of citizens who have signed in: in the account, if there is one, and nothing of them in the case."""

from kaarst.core.account import holder
from kaarst.core.account import records
from kaarst.services.wishes import voting
from kaarst.services.wishes.store import found
from tests import citizens
from tests.services.test_case_pages import DATA
from tests.services.test_case_pages import Town

import pytest
import requests
import transaction


BPK = "bpk2-Zm9vYmFyMTIzNDU2Nzg5MA"


@pytest.fixture
def town(functional_portal):
    town = Town(functional_portal)
    citizens.known(functional_portal, BPK)
    transaction.commit()
    return town


def test_a_case_names_nobody_who_has_signed_in(town):
    def post(path, **data):
        auth = (BPK, citizens.PASSWORD)
        return requests.post(f"{town.url}/{path}", json=data, headers=town.json, auth=auth)

    def numbers():
        items = requests.get(
            f"{town.url}/@account", headers=town.json, auth=(BPK, citizens.PASSWORD)
        ).json()["sections"]
        return [item["number"] for section in items for item in section["items"]]

    assert post("@account-take", number="KAA-7Q4M-2XPD-K", pin="1").status_code == 409
    before = post("nachweis/@form", data=DATA).json()
    assert numbers() == []
    refused = post("@account-open", email="x", notify=True)
    assert {one["field"] for one in refused.json()["errors"]} == {"agreed"}
    refused = post("@account-open", agreed=True, email="x", notify=True)
    assert {one["field"] for one in refused.json()["errors"]} == {"email"}
    opened = post("@account-open", agreed=True, email="erika@example.org", notify=True)
    assert opened.status_code == 201 and opened.json()["email"] == "erika@example.org"
    assert post("@account-open", notify=False).json()["email"] == ""
    after = post("nachweis/@form", data=DATA).json()["number"]
    assert post("@account-take", number=before["number"], pin=before["pin"]).status_code == 200
    assert sorted(numbers()) == sorted([before["number"], after])
    assert post("@case-withdraw", number=after).status_code == 200
    given = post("@account-export").json()["items"]
    assert {before["number"], after} < {one["data"].get("number") for one in given}
    transaction.begin()
    for number in (before["number"], after):
        case = town.desk.case(number)
        kept = repr([case.__dict__, list(case.history), dict(case.workflow_history)])
        assert BPK not in kept and records.opened(BPK).id not in kept
        assert case.getOwner(0) is None or case.getOwner().getId() != BPK
    assert post("@account-delete").status_code == 400
    assert post("@account-delete", sure=True).json() == {"deleted": True}
    assert post("@account-delete", sure=True).status_code == 409
    assert numbers() == [] and town.count() == 2


def test_votes_go_with_the_account_and_count_on(town):
    portal = town.portal
    citizens.sign_in(portal, BPK)
    assert voting.voter(portal, None).token
    records.make(portal).open(BPK)
    kept, voter = found(portal), voting.voter(portal, None)
    assert not voter.token
    kept.vote("wish", voter.key, voter.group)
    id = records.opened(BPK).id
    assert holder.exported(portal, id)[-2]["data"]["wish"] == "wish"
    holder.delete(portal, id)
    assert not list(kept.voted(voter.key)) and kept.sums()["wish"]["citizens"] == 1
