"""Mein Kaarst with a BundID: nothing is kept until an account is opened, and nothing after it is deleted."""

from html import unescape
from kaarst.core.account import records
from kaarst.core.audit import kinds
from tests.core.signin.visitors import bundid  # noqa: F401
from tests.core.signin.visitors import entries
from tests.core.signin.visitors import ERIKA
from tests.core.signin.visitors import town  # noqa: F401
from tests.core.signin.visitors import Visitor

import re
import transaction


def page(visitor):
    return unescape(visitor.get("my-town").text)


def press(visitor, step, **data):
    token = re.search(r'_authenticator"[^>]*value="(\w+)"', page(visitor)).group(1)
    return visitor.post("my-town", step=step, _authenticator=token, **data)


def everybody(site):
    transaction.begin()
    return list(records.everybody(site))


def test_from_the_first_login_to_the_last(town, bundid):  # noqa: F811
    visitor = Visitor(town, bundid)
    assert "/sign-in?came_from=" in page(visitor)
    assert visitor.sign_in().headers["Location"].endswith("/my-town")
    first = page(visitor)
    assert "nothing of you is kept here" in first and everybody(town) == []
    # The login names an address, which is proposed and kept only if it stays there.
    assert ERIKA["email"] in first
    assert press(visitor, "open", email="", notify="").status_code == 302
    [record] = everybody(town)
    assert record.email == "" and ERIKA["bpk2"] not in repr(vars(record))
    assert "Who looked at my data" in page(visitor)
    # The next login finds it again, and counts as use.
    visitor.get("logout")
    with transaction.manager:
        town.__annotations__[records.NAME].by_id[record.id].last_used = record.last_used.replace(
            2020
        )
    again = Visitor(town, bundid)
    again.sign_in()
    assert "Who looked at my data" in page(again)
    [record] = everybody(town)
    assert record.last_used.year > 2020
    # On a second device: deleting the account ends every session.
    elsewhere = Visitor(town, bundid)
    elsewhere.sign_in()
    assert press(again, "delete", sure="1").status_code == 302
    assert everybody(town) == [] and again.session() is None and elsewhere.session() is None
    found = [entry for entry in entries(kinds.ACCOUNT) if "deleted" in str(entry.detail)]
    assert found and ERIKA["bpk2"] not in str(found)
    assert visitor.sign_in() and "nothing of you is kept here" in page(visitor)
