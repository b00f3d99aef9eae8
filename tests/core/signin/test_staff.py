"""Staff through the town's own provider: in, moved, gone; with and without a second factor."""

from kaarst.core.audit import kinds
from kaarst.core.signin.oidc import provider
from kaarst.core.signin.sessions import store
from kaarst.core.signin.staff import checks
from kaarst.core.signin.staff import directory
from kaarst.services.cases.departments.shares import make_clerks
from plone import api
from tests.core.signin.colleagues import ANNA
from tests.core.signin.colleagues import Colleague
from tests.core.signin.colleagues import configure
from tests.core.signin.colleagues import GROUPS
from tests.core.signin.visitors import entries
from tests.core.signin.visitors import logout_token
from tests.core.signin.visitors import Visitor
from tests.oidc_provider import Provider
from tests.services.test_departments import Hall
from urllib.parse import quote

import pytest
import time
import transaction


@pytest.fixture
def town(staffed):
    return staffed


def test_the_departments_cases_and_no_others(town, townhall, anna):
    hall = Hall(town)
    make_clerks(hall.desk, hall.registry, "registry-team")
    make_clerks(hall.desk, hall.taxes, "tax-team")
    hall.responsible(hall.registry)
    ours = hall.send()
    hall.responsible(hall.taxes)
    theirs = hall.send()

    def seen(who=anna):
        answer = who.get("vorgaenge/@cases", headers={"Accept": "application/json"})
        if answer.status_code != 200:
            return answer.status_code
        return {one["number"] for one in answer.json()["items"]}

    assert seen() == 401
    there = quote(f"{anna.base}/vorgaenge", safe="")
    answer = anna.sign_in(f"?came_from={there}")
    assert answer.headers["Location"] == f"{anna.base}/vorgaenge"
    assert (anna.session()["way"], anna.session()["level"]) == ("staff", "none")
    assert seen() == {ours.number}
    assert anna.get(ours.url.removeprefix(f"{anna.base}/")).status_code == 200
    assert anna.get(theirs.url.removeprefix(f"{anna.base}/")).status_code in (302, 401)

    # The user folder knows her name and group while she is not asking.
    transaction.begin()
    user = town.acl_users.getUserById("anna.acht")
    assert user.getProperty("fullname") == "Anna Acht"
    assert "registry-team" in user.getGroups()
    assert town.portal_groups.getGroupMembers("registry-team") == ["anna.acht"]
    assert [one["userid"] for one in town.acl_users.searchUsers(fullname="acht")] == ["anna.acht"]
    assert api.user.get(userid="anna.acht").getProperty("fullname") == "Anna Acht"
    assert [one.getId() for one in api.user.get_users(groupname="registry-team")] == ["anna.acht"]
    # To know somebody gives no rights to whoever names them.
    assert "Clerk" not in user.getRoles()

    # Mover: at the next request, and written down.
    townhall.spoil["userinfo"] = {"groups": ["/steuern"]}
    assert seen() == {theirs.number}
    assert entries(kinds.RIGHTS)[0].subject == "anna.acht"
    # Nobody's any more, but still there.
    townhall.spoil["userinfo"] = {}
    assert not seen() if isinstance(seen(), set) else seen() in (401, 403)
    assert anna.session() is not None
    # Leaver.
    townhall.spoil["userinfo"] = dict(GROUPS)
    assert seen() == {ours.number}
    townhall.gone.add(ANNA["sub"])
    assert seen() == 401
    assert anna.session() is None
    assert entries(kinds.SESSIONS_ENDED)[0].subject == "anna.acht"


def test_while_the_provider_is_silent_rights_last_for_minutes(town, townhall, anna):
    anna.sign_in()
    assert anna.session() is not None
    townhall.silent = True
    state = next(iter(checks._states.values()))

    def roles():
        """What the site takes her for now."""
        answer = anna.get("@types", headers={"Accept": "application/json"})
        return answer.status_code

    before = roles()
    assert before < 500
    held = store.find(anna.token, town.getId())
    assert checks._while_silent(held, state, time.time()).knowledge.roles == ("Clerk",)
    state.good -= 6 * 60
    assert checks._while_silent(held, state, time.time()).knowledge.roles == ()
    assert checks._while_silent(held, state, time.time()).knowledge.groups == ()
    assert anna.session() is not None
    # It answers again: everything is as it was.
    townhall.silent = False
    checks._silent.clear()
    assert anna.session() is not None
    assert state.good > time.time() - 60
    assert anna.knowledge().roles == ("Clerk",)


def test_access_tokens_that_are_over_are_renewed(town, townhall, anna):
    townhall.refreshes = True
    anna.sign_in()
    first = anna.knowledge().access_token
    townhall.tokens.clear()
    assert anna.session() is not None
    assert anna.knowledge().access_token != first
    # Another process has renewed it: the token that it was given counts.
    townhall.tokens.clear()
    townhall.gone.add(ANNA["sub"])
    assert anna.session() is None


def test_without_a_second_factor(town, townhall, anna):
    townhall.person = {**ANNA, "amr": ["pwd"], "auth_time": int(time.time())}
    townhall.spoil["userinfo"] = {"groups": ["/standesamt", "web"]}
    answer = anna.sign_in()
    assert answer.headers["Location"] == f"{anna.base}/staff-factor"
    assert (anna.knowledge().roles, anna.knowledge().groups) == (("Editor",), ())
    page = anna.get("staff-factor")
    assert page.status_code == 200
    assert "sign-in-staff?level=substantial" in page.text
    # Asked for and not shown: refused, and she stays as she was.
    first = anna.token
    assert anna.sign_in("?level=substantial").status_code == 403
    assert townhall.asked[-1]["acr_values"] == "gold"
    assert townhall.asked[-1]["max_age"] == "0"
    assert anna.token == first
    # A login of yesterday is no factor of today.
    townhall.person = {**ANNA, "auth_time": int(time.time()) - 3600}
    assert anna.sign_in("?level=substantial").status_code == 403
    townhall.person = {**ANNA, "acr": "gold", "amr": [], "auth_time": int(time.time())}
    assert anna.sign_in("?level=substantial").status_code == 302
    assert anna.token != first
    assert (anna.knowledge().roles, anna.knowledge().groups) == (
        ("Clerk", "Editor"), ("registry-team",),
    )  # fmt: skip
    assert "sign-in-staff" not in anna.get("staff-factor").text.partition("<main")[2]


def test_where_the_day_begins(town, townhall, anna):
    anna.sign_in()
    assert anna.get("staff-start").headers["Location"] == f"{anna.base}/vorgaenge"
    townhall.spoil["userinfo"] = {"groups": ["web"]}
    assert anna.get("staff-start").headers["Location"] == anna.base
    assert Colleague(town, townhall).get("staff-start").headers["Location"] == anna.base
    # Without the factor one begins where one may; the refusal leads back to the staff's own way in.
    townhall.person = {**ANNA, "amr": ["pwd"], "auth_time": int(time.time())}
    assert anna.sign_in().headers["Location"] == f"{anna.base}/staff-start"
    page = anna.sign_in("?level=substantial")
    assert page.status_code == 403 and "/sign-in-staff?level=substantial" in page.text


def test_ids_that_are_somebody_elses(town, townhall, anna):
    api.user.create(username="local", email="local@example.org", password="sehr-geheim-1")
    town.portal_registry["kaarst.staff.user_claim"] = "preferred_username"
    town.acl_users.portal_role_manager.assignRoleToPrincipal("Manager", "left-behind")
    transaction.commit()
    for name in (
        "admin", "ADMIN", "local", "Local", "registry-team", "left-behind", "AuthenticatedUsers",
        "bundid-1", "mail-1", "a b", "a/b", "../a", "", "-a", "a" * 200, 5, None, ["admin"],
    ):  # fmt: skip
        townhall.person = {**ANNA, "preferred_username": name}
        answer = anna.sign_in()
        assert answer.status_code == 403, (name, answer.text[-1500:])
        assert entries(kinds.SIGN_IN_REFUSED)[0].detail.endswith('"way":"staff"}')
    assert anna.token == ""
    # The same id with another `sub`, also when the first one has left and is forgotten.
    townhall.person = dict(ANNA)
    assert anna.sign_in().status_code == 302
    townhall.person = {**ANNA, "sub": "somebody-else"}
    other = Colleague(town, townhall)
    assert other.sign_in().status_code == 403
    assert directory.forget_before(town.getId(), time.time() + 1) == 1
    assert directory.person(town.getId(), "anna.acht") is None
    assert other.sign_in().status_code == 403
    directory.free(town.getId(), "anna.acht")
    assert other.sign_in().status_code == 302


def test_what_is_spoilt_is_refused(town, townhall, anna):
    for claim, value, reason in (
        ("iss", "https://evil.example", "issuer"),
        ("aud", "other", "audience"),
        ("nonce", "other", "nonce"),
        ("exp", 1, "expired"),
    ):
        townhall.spoil["claims"] = lambda claims, c=claim, v=value: {**claims, c: v}
        assert anna.sign_in().status_code == 403
        assert entries(kinds.SIGN_IN_REFUSED)[0].detail == f'{{"reason":"{reason}","way":"staff"}}'
    del townhall.spoil["claims"]
    # Signed with a stranger's key, and with none.
    townhall.spoil["sign"] = lambda claims: townhall.sign(claims, kid="two")
    assert anna.sign_in().status_code == 403
    del townhall.spoil["sign"]
    # Login CSRF and replay.
    mine = anna.back()
    assert Colleague(town, townhall).http.get(mine, allow_redirects=False).status_code == 403
    mine = anna.back()
    assert anna.http.get(mine, allow_redirects=False).status_code == 302
    assert anna.http.get(mine, allow_redirects=False).status_code == 403
    # Not to another site.
    answer = anna.sign_in(f"?came_from={quote('https://evil.example/', safe='')}")
    assert answer.headers["Location"] == f"{anna.base}/staff-start"
    # Without userinfo nobody could be asked whether she is still there.
    townhall.spoil["document"] = {"userinfo_endpoint": ""}
    provider.forget()
    assert Colleague(town, townhall).sign_in().status_code == 403


def test_one_door_is_not_the_other(town, townhall, anna):
    bundid = Provider()
    try:
        bundid.person = {"sub": "c", "bpk2": "x", "preferred_username": "anna", "amr": ["otp"]}
        bundid.spoil["userinfo"] = dict(GROUPS)
        for name, value in bundid.settings(user_claim="bpk2").items():
            town.portal_registry[f"kaarst.bundid.{name}"] = value
        transaction.commit()
        citizen = Visitor(town, bundid)
        assert citizen.sign_in().status_code == 302
        assert citizen.session()["way"] == "bundid"
        # A citizen's token at the staff's door, and the reverse.
        theirs = bundid.sign
        townhall.spoil["sign"] = lambda claims: theirs({**claims, "iss": bundid.issuer})
        assert anna.sign_in().status_code == 403
        townhall.spoil["sign"] = lambda claims: townhall.sign({**claims, "aud": "citizens"})
        assert anna.sign_in().status_code == 403
        del townhall.spoil["sign"]
        bundid.spoil["sign"] = lambda claims: townhall.sign({**claims, "iss": townhall.issuer})
        assert Visitor(town, bundid).sign_in().status_code == 403
        # The back channel of one ends nothing of the other.
        anna.sign_in()
        token = logout_token(bundid, sub=ANNA["sub"])
        assert anna.post("staff-sign-out", logout_token=token).status_code == 400
        token = logout_token(townhall, sub=ANNA["sub"])
        assert anna.post("bundid-sign-out", logout_token=token).status_code == 400
        assert anna.session() is not None
        assert anna.post("staff-sign-out", logout_token=token).status_code in (200, 204)
        assert anna.session() is None
        # One client for both would make staff of every citizen.
        town.portal_registry["kaarst.bundid.issuer"] = townhall.issuer
        transaction.commit()
        assert anna.sign_in().status_code == 403
    finally:
        bundid.stop()
        store.end_site(town.getId(), store.BUNDID)


def test_no_token_outlives_the_session(town, townhall, anna):
    """plone.restapi would exchange a session for a token of its own."""
    anna.sign_in()
    json = {"Accept": "application/json"}
    answer = anna.http.post(f"{anna.base}/@login-renew", json={}, headers=json)
    token = answer.json().get("token", "") if answer.status_code == 200 else ""
    if not token:
        plugin = town.acl_users.jwt_auth
        token = plugin.create_token("anna.acht")
        transaction.commit()
    anna.http.cookies.clear()
    bearer = {**json, "Authorization": f"Bearer {token}"}
    assert anna.get("vorgaenge/@cases", headers=bearer).status_code == 401
    assert anna.get("@users/anna.acht", headers=bearer).status_code in (401, 404)
    # Switched off: everybody of the staff is out.
    anna.sign_in()
    assert anna.session() is not None
    configure(town, enabled=False)
    assert anna.session() is None
    assert anna.get("sign-in-staff").status_code == 404
