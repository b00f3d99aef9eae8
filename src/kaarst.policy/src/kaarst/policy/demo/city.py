"""Turns a new site into the demo city."""

from datetime import datetime
from kaarst.core import sealing
from kaarst.core.opening_hours import BERLIN
from kaarst.policy.demo import accounts as people
from kaarst.policy.demo import logins
from kaarst.policy.founding import records as files
from kaarst.policy.founding import skeleton
from kaarst.services.cases.departments.shares import make_clerks
from kaarst.services.cases.desk import find_desk
from pathlib import Path
from plone import api

import base64
import yaml


HERE = Path(__file__).parent
NAME = "Kaarst"
#: Says that the published passwords are meant to work here.
DEMO_CITY = "kaarst.policy.demo_city"


def records(name: str) -> list[files.Record]:
    """The contents of the demo city."""
    return files.read(HERE / "content", skeleton.words(name))


def settings(site) -> None:
    """The town's settings, from town.yaml, and the mark of a demo city."""
    values = yaml.safe_load((HERE / "town.yaml").read_text(encoding="utf-8"))
    picture = HERE / values.pop("coat_of_arms")
    values["coat_of_arms"] = b"filenameb64:%s;datab64:%s" % (
        base64.b64encode(picture.name.encode()),
        base64.b64encode(picture.read_bytes()),
    )
    values["accessibility_reviewed"] = datetime.now(BERLIN).date()
    for name, value in values.items():
        api.portal.set_registry_record(f"kaarst.town.{name}", value)
    api.portal.set_registry_record("plone.email_from_address", values["email"])
    api.portal.set_registry_record(DEMO_CITY, True)
    # `make run` says where the pretended providers listen (KAARST_BUNDID_ISSUER, KAARST_STAFF_ISSUER).
    client = {
        "enabled": True,
        "client_id": logins.CLIENT,
        "client_secret": sealing.seal(logins.SECRET),
    }
    bundid = {
        **client,
        "issuer": "http://localhost:8100",
        "front_ends": [logins.FRONT_END],
        "help_page": "leistungen/bundid",
    }
    staff = {**client, "issuer": "http://localhost:8101", "groups": logins.GROUPS}
    for prefix, settings in (("kaarst.bundid", bundid), ("kaarst.staff", staff)):
        for name, value in settings.items():
            api.portal.set_registry_record(f"{prefix}.{name}", value)


def accounts(site) -> None:
    """Groups and accounts; roles that no package has defined are left out.

    The accounts are put straight into the user folder: the rules for passwords are for people who choose one.
    """
    known = set(site.validRoles())
    for group in people.GROUPS:
        if api.group.get(groupname=group.id) is None:
            api.group.create(groupname=group.id, title=group.title)
        api.group.grant_roles(groupname=group.id, roles=sorted(known & set(group.roles)))
        desk = find_desk(site)
        for path in group.cases_of:
            place = site.unrestrictedTraverse(path, None)
            if desk is not None and place is not None:
                make_clerks(desk, place, group.id)
    folder = site.acl_users
    for account in people.ACCOUNTS:
        if folder.getUserById(account.login) is None:
            folder.source_users.addUser(account.login, account.login, people.PASSWORD)
        for role in account.roles:
            folder.portal_role_manager.assignRoleToPrincipal(role, account.login)
        member = api.user.get(userid=account.login)
        member.setMemberProperties(
            {"fullname": account.name, "email": f"{account.login}@kaarst.example"}
        )
        for group in account.groups:
            api.group.add_user(groupname=group, username=account.login)
