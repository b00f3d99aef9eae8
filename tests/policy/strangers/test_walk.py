"""Every view and service once more as somebody else: nothing of the first is to be seen or changed."""

from itertools import cycle
from kaarst.core.signin.sessions import store
from tests.doors import PAGES
from tests.doors import SEARCHES
from tests.doors import WRITING
from tests.policy.strangers.people import Citizen
from tests.policy.strangers.people import JSON
from tests.policy.strangers.people import Visitor
from tests.policy.strangers.walking import every_door
from tests.policy.strangers.walking import told_by
from tests.policy.strangers.walking import Walk

import pytest


pytestmark = pytest.mark.timeout(600)

#: Ways past the views: attributes, stores, tools, the skins and namespaces.
TRAVERSALS = (
    "@@my-town/account", "@@my-town/template", "@@my-town/session", "my-town/view", "my-town/record",
    "@@acting/held", "@@my-logins/logins", "@@my-meter/held", "@@status/case", "@@receipt/case",
    "++api++/@account", "++api++/@account-messages", "++api++/my-town", "++api++/vorgaenge/{case}",
    "++api++/@case?number={case}", "vorgaenge/{case}/@@document/1", "vorgaenge/{case}/documents",
    "vorgaenge/{case}/@@images/file", "vorgaenge/{case}/++widget++answers/@@download",
    "vorgaenge/index", "vorgaenge/_cases/{case}", "nachweis/++namespace++{case}", "nachweis/{case}",
    "my-town-calendar/{digest}.ics", "my-town-calendar/{account}", "appointments-feed/{digest}",
    "__annotations__", "_data", "++etc++site", "++annotations++kaarst.core.accounts", "objectValues",
    "acl_users/kaarst_sessions", "acl_users/kaarst_sessions/enumerateUsers?id={user}&exact_match=1",
    "acl_users/getUserById?id={user}", "acl_users/searchUsers?id={user}", "author/{user}",
    "portal_memberdata/portraits/{user}", "portal_membership/getMemberInfo?memberId={user}",
    "@users/{user}", "@users?query={user}", "@principals?search={user}", "@@user-information?userid={user}",
    "@@personal-information?userid={user}", "@actor/{user}", "kaarst.core.accounts", "termine/{booking}",
    "energie/wohnung", "energie/wohnung/{meter}", "energie/wohnung/{meter}/@readings",
    "energie/wohnung/{meter}/readings.csv", "energie/wohnung/{meter}/@live", "@my-meter-live?meter={meter}",
    "@my-meter-readings?meter={meter}", "my-meter?meter={meter}", "my-meter.csv?meter={meter}",
)  # fmt: skip


def places(estate):
    """Where there is something, by address."""
    desk, case = estate.desk, estate.case["number"]
    meter = estate.household.meter
    house = meter.aq_parent
    return {
        "": estate.portal,
        "nachweis": estate.town.upload,
        "vorgaenge": estate.town.desk,
        f"vorgaenge/{case}": estate.town.desk.case(case),
        "termine": desk.aq_parent,
        f"termine/{desk.getId()}": desk,
        "buergerbuero": estate.portal["buergerbuero"],
        "energie": estate.household.page,
        f"energie/{house.getId()}": house,
        f"energie/{house.getId()}/{meter.getId()}": meter,
    }


def once_authorised(estate):
    """Another citizen who was allowed to act for her, and is not any more."""
    lost = Citizen(estate.portal, "bernd", "Bernd Berg")
    estate.given_and_lost(lost)
    return lost


def strangers(estate):
    """One walk each; who was told her name knows it, and tries hardest."""
    portal = estate.portal
    light = Citizen(portal, "light", kind=store.MAIL, email="leicht@example.org")
    other = Citizen(portal, "gerda", "Gerda Fremd")
    yield Walk(estate, Visitor(portal.absolute_url()), "anonymous", thorough=False)
    yield Walk(estate, light, "by e-mail", thorough=False)
    yield Walk(estate, other, "another citizen", thorough=False)
    yield Walk(estate, once_authorised(estate), "once authorised", ("name",))


def assert_nothing_found(*walks):
    found = [str(one) for walk in walks for one in walk.found]
    assert not found, "\n".join(found)


def assert_unchanged(before, after, *others):
    """Everything is as it was; others have only added rows, and ended their own logins."""
    for name, was in before["serials"].items():
        assert after["serials"][name] == was, name
    gone = before.pop("rows") - after.pop("rows")
    theirs = [word for other in others for word in (other.user, other.first_handle) if word]
    assert not [row for row in gone if not any(word in row[1] for word in theirs)]
    assert before == after


def test_no_stranger_sees_or_changes_anything_of_hers(estate):
    every = every_door(places(estate))
    assert len(every) > 300
    walks = list(strangers(estate))
    before = estate.stored()
    for walk in walks:
        for door in every:
            walk.try_door(door)
    assert_nothing_found(*walks)
    assert sum(walk.count for walk in walks) > 2000
    assert_unchanged(before, estate.stored(), *(walk.stranger for walk in walks))
    for to, letter in estate.letters():
        told = [name for name, word in estate.secrets.items() if word in letter]
        assert to in (estate.owner.known.email, "quendel-4712@example.org") or not told, (to, told)


def personal(estate, every):
    """(door, its answer, what it tells) of every page and service that shows her what is hers."""
    walk = Walk(estate, estate.owner, "herself")
    for door in every:
        estate.owner.come_back()
        for bag in [{}, *(taken for taken, _free in walk.bags(door))]:
            if door.method != "GET":
                continue
            headers = JSON if door.is_service else {}
            answer = estate.owner.ask("GET", door.path, params=bag, headers=headers)
            told, said = told_by(answer), f"{door.path} {bag}"
            seen = {
                name for name, word in walk.secrets.items() if word.encode() in told and word not in said
            }  # fmt: skip
            if seen:
                yield door, bag, answer, seen


def test_she_sees_all_of_it_herself_and_no_cache_keeps_it(estate):
    other, seen = once_authorised(estate), set()
    walk = Walk(estate, other, "after her", ("name",))
    for door, bag, hers, told in personal(estate, every_door({"": estate.portal})):
        seen |= told
        kept = hers.headers.get("Cache-Control", "")
        assert "no-store" in kept, (door.path, bag, kept, told)
        # Right after her, and with what her browser would say that it has.
        again = {"If-None-Match": hers.headers.get("ETag", "*")}
        headers = {**(JSON if door.is_service else {}), **again}
        for visitor in (walk, Walk(estate, Visitor(other.url), "anonymous")):
            answer = visitor.ask("GET", door.path, params=bag, headers=headers)
            assert answer.status_code != 304 and visitor.found == [], (door.path, visitor.found)
    export = estate.owner.rest("@account-export").text
    seen |= {name for name, word in estate.secrets.items() if word in export}
    message = estate.owner.rest("@account-message", number=estate.case["number"], id="1").text
    seen |= {name for name, word in estate.secrets.items() if word in message}
    # Otherwise the walk would look for what is nowhere.
    assert seen >= {
        "name", "e-mail", "answer", "draft", "question", "message", "attachment", "booking", "wish",
        "business", "giver", "street", "meter", "telephone", "number of a case",
        "number of a booking", "number of a wish", "number of a draft", "number of a letter",
    }  # fmt: skip


def test_no_other_way_leads_to_it(estate):
    case = estate.case["number"]
    named = {
        **estate.numbers, "meter": estate.secrets["meter"], "user": estate.owner.user,
        "account": estate.account, "digest": estate.secrets["feed's hash"],
    }  # fmt: skip
    others = (
        (once_authorised(estate), "once authorised"),
        (Visitor(estate.portal.absolute_url()), "anonymous"),
    )
    before = estate.stored()
    for browser, who in others:
        walk = Walk(estate, browser, who, ("name",))
        for path in TRAVERSALS:
            for headers in ({}, JSON):
                walk.ask("GET", path.format(**named), headers=headers)
        for words in (estate.secrets["answer"], case, estate.secrets["e-mail"]):
            for path in SEARCHES:
                walk.ask("GET", path.format(words), headers=JSON)
            for path in PAGES:
                walk.ask("GET", path.format(words))
        assert_nothing_found(walk)
    assert_unchanged(before, estate.stored(), *(browser for browser, _who in others))


def test_pages_know_no_other_methods(estate):
    """Each door with one method that it cannot know, some with all of them; none breaks."""
    every = every_door(places(estate))
    methods = (*WRITING, "UNLOCK", "OPTIONS", "TRACE", "FOO")
    walk = Walk(estate, Citizen(estate.portal, "gerda", "Gerda Fremd"), "with odd methods")
    before = estate.stored()
    asked = [(door.path, method) for door, method in zip(every, cycle(methods), strict=False)]
    case = f"vorgaenge/{estate.case['number']}"
    for path in ("", case, "@@audit-log", "@@my-town", "status", "nachweis", "nachweis/view"):
        asked += [(path, method) for method in methods]
    more = {"Destination": f"{walk.stranger.url}/gestohlen", "Overwrite": "T", "Depth": "infinity"}
    for path, method in asked:
        for headers in (more, {**more, **JSON}):
            answer = walk.ask(method, path, headers=headers)
            if not 400 <= answer.status_code < 500 and answer.status_code != 501:
                walk.found.append(
                    (method, path, headers == JSON, answer.status_code, answer.text[:90])
                )
    for door in every:
        if not door.place:
            walk.ask("HEAD", door.path)
    assert_nothing_found(walk)
    assert_unchanged(before, estate.stored(), walk.stranger)
