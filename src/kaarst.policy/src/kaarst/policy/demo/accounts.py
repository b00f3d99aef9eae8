"""Accounts of the demo city, all with the same published password.

A health check fails on a site that is not the demo city and still accepts it.
"""

from dataclasses import dataclass


PASSWORD = "kaarst-demo-2026"
EDITORS = "redaktion"
CITIZEN_OFFICE = "buergerbuero"
TAXES = "steuern"


@dataclass(frozen=True)
class Account:
    """A person of the demo city with the roles and groups it works with."""

    login: str
    name: str
    roles: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()


@dataclass(frozen=True)
class Group:
    """People with the same work."""

    id: str
    title: str
    roles: tuple[str, ...] = ()
    #: Paths of the departments whose cases they work on; that of the desk is the mail room.
    cases_of: tuple[str, ...] = ()


GROUPS = (
    Group(EDITORS, "Redaktion", ("Contributor", "Editor", "Reviewer")),
    Group(
        CITIZEN_OFFICE,
        "Bürgerbüro",
        ("Clerk", "Desk Staff"),
        ("vorgaenge", "rathaus/bereiche/standesamt-und-buergerbuero/buergerbuero"),
    ),
    Group(TAXES, "Finanzen und Steuern", ("Clerk",), ("rathaus/bereiche/finanzen-und-steuern",)),
    Group("terminverwaltung", "Terminverwaltung", ("Desk Manager", "Desk Staff")),
    Group("energiemanagement", "Energiemanagement", ("Meter Manager", "Tree Keeper")),
)
ACCOUNTS = (
    Account("admin", "Alex Mustermann", roles=("Manager",)),
    Account("redaktion", "Renate Musterfrau", groups=(EDITORS,)),
    Account("sachbearbeitung", "Sascha Mustermann", groups=(CITIZEN_OFFICE,)),
    Account("sachbearbeitung-steuern", "Stefanie Musterfrau", groups=(TAXES,)),
    Account("termine", "Tessa Musterfrau", groups=("terminverwaltung",)),
    Account("energie", "Emil Mustermann", groups=("energiemanagement",)),
    Account("buerger", "Erika Mustermann", roles=("Citizen",)),
)
