"""Checks of what editors type into a template, each with a sentence that says what to do."""

from kaarst.services import _
from kaarst.services.documents import placeholders
from kaarst.services.forms.submission import questionnaire
from plone import api
from zope.schema.interfaces import ConstraintNotSatisfied


class UnknownPlaceholder(ConstraintNotSatisfied):
    """Nothing is known for a placeholder; its first argument is what was typed."""

    def doc(self):
        return _(
            "error_unknown_placeholder",
            default="There is no placeholder ${placeholder}. Please choose one of the list on the page "
            "of the template; for an answer write the short name of the question.",
            mapping={"placeholder": self.args[0]},
        )


class BracketLeftOpen(ConstraintNotSatisfied):
    __doc__ = _("A curly bracket has no partner. Placeholders look like this: {number}.")


def usable(value: str) -> bool:
    """Every placeholder of the text is known."""
    try:
        placeholders.check(value, questions_of_all_forms())
    except placeholders.WrongPlaceholder as error:
        raise UnknownPlaceholder(error.wrong) from None
    except placeholders.OpenBracket:
        raise BracketLeftOpen(value) from None
    return True


def questions_of_all_forms() -> dict[str, str]:
    """Short name → label of every question of the town that is answered in words."""
    found = {}
    for form in forms():
        for question in questionnaire(form).questions.values():
            if not question.is_upload:
                found.setdefault(question.name, question.label)
    return found


def forms(uids=()):
    """All forms of the site, or those with these UIDs, by title."""
    query = {"UID": list(uids)} if uids else {}
    catalog = api.portal.get_tool("portal_catalog")
    brains = catalog.unrestrictedSearchResults(
        portal_type="EasyForm", sort_on="sortable_title", **query
    )
    return [brain._unrestrictedGetObject() for brain in brains]
