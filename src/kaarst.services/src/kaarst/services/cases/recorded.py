"""Whom a case is about, for the audit log."""

from kaarst.core.interfaces import IRecorded
from kaarst.services.cases.departments import rights
from kaarst.services.cases.interfaces import ICase
from zope.component import adapter
from zope.interface import implementer


@implementer(IRecorded)
@adapter(ICase)
class AboutCase:
    """Its number, and the department whose clerks read it; nothing where no case is."""

    def __init__(self, case):
        self.case = case
        self.number = getattr(case.aq_base, "number", "")

    @property
    def department(self) -> str:
        return rights.title_of(self.case.department)
