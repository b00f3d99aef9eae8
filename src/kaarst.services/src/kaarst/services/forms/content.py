"""The form: collective.easyform's content type, with models that cannot run anything.

The two models are data descriptors. Every way in ends in an attribute being set: field editor,
XML editor, edit form, REST, import, WebDAV, a copy of an older object. So the check stands here
and not in each of them. Reading checks once more, for what was put into the database by other
means.
"""

from collective.easyform.content import EasyForm
from functools import lru_cache
from kaarst.services.forms import allowlist
from kaarst.services.forms import models
from kaarst.services.forms.interfaces import DEFAULT_ACTIONS
from kaarst.services.forms.interfaces import DEFAULT_FIELDS
from kaarst.services.forms.interfaces import IForm
from zope.interface import implementer

import logging


logger = logging.getLogger(__name__)

EMPTY = '<model xmlns="http://namespaces.plone.org/supermodel/schema"><schema/></model>'

_clean_fields = lru_cache(maxsize=256)(allowlist.clean_fields)
_clean_actions = lru_cache(maxsize=256)(allowlist.clean_actions)


class Model:
    """An attribute that holds a model and takes only what the allow-list takes."""

    def __init__(self, clean, storable, default):
        self.clean = clean
        self.storable = storable
        self.default = default

    def __set_name__(self, owner, name):
        self.key = f"_{name}"

    def __get__(self, form, owner=None):
        if form is None:
            return self
        source = getattr(form, self.key, None)
        if source is None:
            return self.default
        try:
            return self.clean(source)
        except allowlist.ModelNotAllowed as error:
            logger.error("%s: a stored model is not used: %s", form.getId(), error)
            return EMPTY

    def __set__(self, form, source):
        setattr(form, self.key, self.storable(source or EMPTY))

    def __delete__(self, form):
        delattr(form, self.key)


class Fixed:
    """An attribute of collective.easyform that has one value and no other."""

    def __init__(self, value):
        self.value = value

    def __get__(self, form, owner=None):
        return self if form is None else self.value

    def __set__(self, form, value):
        """Keeps the value; what older exports and importers bring is let pass without effect."""


@implementer(IForm)
class Form(EasyForm):
    """A form that citizens fill in; what they send becomes a case."""

    fields_model = Model(_clean_fields, models.storable_fields, DEFAULT_FIELDS)
    actions_model = Model(_clean_actions, models.storable_actions, DEFAULT_ACTIONS)

    method = Fixed("post")
    CSRFProtection = Fixed(True)
    forceSSL = Fixed(False)
    form_tabbing = Fixed(False)
    autofocus = Fixed(False)
    unload_protection = Fixed(False)
    useCancelButton = Fixed(False)
    resetLabel = Fixed("")
    nameAttribute = Fixed(None)
    showAll = Fixed(True)
    showFields = Fixed(None)
    includeEmpties = Fixed(True)
    thanksPageOverrideAction = Fixed("redirect_to")
    thanksPageOverride = Fixed("")
    formActionOverride = Fixed("")
    onDisplayOverride = Fixed("")
    afterValidationOverride = Fixed("")
    headerInjection = Fixed("")
    submitLabelOverride = Fixed("")
