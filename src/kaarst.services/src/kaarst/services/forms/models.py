"""The XML of a form as it goes into the database."""

from kaarst.services import _
from kaarst.services.forms import allowlist
from plone.supermodel import loadString
from plone.supermodel.parser import SupermodelParseError


def storable_fields(source):
    """Returns the fields model as it may be stored; raises allowlist.ModelNotAllowed."""
    return _readable(allowlist.clean_fields(source))


def storable_actions(source):
    """Returns the actions model as it may be stored; raises allowlist.ModelNotAllowed."""
    return _readable(allowlist.clean_actions(source))


def fields_allowed(value):
    """A constraint of a field: raises ModelNotAllowed, which says what is wrong."""
    return bool(storable_fields(value))


def actions_allowed(value):
    """A constraint of a field: raises ModelNotAllowed, which says what is wrong."""
    return bool(storable_actions(value))


def _readable(source):
    """Only what is on the list reaches supermodel; it must understand it, or no editor could."""
    try:
        if loadString(source).schema is not None:
            return source
    except SupermodelParseError:
        pass
    message = _("model_not_understood", "These fields contradict themselves, for example a limit.")
    raise allowlist.ModelNotAllowed([allowlist.Problem("", message)])
