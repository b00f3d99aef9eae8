"""Making somebody a clerk in a test."""

from kaarst.services.cases.departments.shares import make_clerks
from plone.app.testing import setRoles
from plone.app.testing import TEST_USER_ID


def work_here(portal, userid=TEST_USER_ID):
    """The user sees and works the cases that have no department."""
    make_clerks(portal["vorgaenge"], portal["vorgaenge"], userid)


def be_clerk(portal):
    """The test's user becomes a clerk who sees the cases that have no department, and nothing else."""
    setRoles(portal, TEST_USER_ID, ["Member", "Clerk"])
    work_here(portal)
