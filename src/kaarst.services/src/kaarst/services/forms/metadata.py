"""Our additions to a field in the XML model, and the part of the field editor that shows them."""

from kaarst.services import _
from kaarst.services.forms import allowlist
from kaarst.services.forms.interfaces import IQuestionOptions
from kaarst.services.forms.validators import TITLES
from kaarst.services.forms.validators import VALIDATORS
from plone.supermodel.parser import IFieldMetadataHandler
from plone.supermodel.utils import ns
from zope.component import adapter
from zope.interface import implementer
from zope.schema.interfaces import IField
from zope.schema.interfaces import IVocabularyFactory
from zope.schema.vocabulary import SimpleTerm
from zope.schema.vocabulary import SimpleVocabulary


NAMES = ("autocomplete", "only_if")
AUTOCOMPLETE_TITLES = {
    "name": _("Whole name"),
    "given-name": _("First name"),
    "family-name": _("Family name"),
    "email": _("E-mail address"),
    "tel": _("Telephone number"),
    "address-line1": _("Street and number"),
    "street-address": _("Whole address"),
    "postal-code": _("Postal code"),
    "address-level2": _("Town"),
    "country-name": _("Country"),
    "bday": _("Date of birth"),
    "organization": _("Company or association"),
}


def _key(name):
    return f"kaarst.{name}"


@implementer(IFieldMetadataHandler)
class QuestionMetadata:
    """Reads and writes the attributes of the namespace `kaarst` of a field."""

    namespace = allowlist.KAARST
    prefix = "kaarst"

    def read(self, fieldNode, schema, field):
        for name in NAMES:
            value = fieldNode.get(ns(name, self.namespace))
            if value:
                QuestionOptions(field)._set(_key(name), value, schema)

    def write(self, fieldNode, schema, field):
        for name in NAMES:
            value = schema.queryTaggedValue(_key(name), {}).get(field.__name__)
            if value:
                fieldNode.set(ns(name, self.namespace), value)


def tagged(key):
    """A property kept in a tagged value of the schema the field belongs to."""

    def get(self):
        return self.field.interface.queryTaggedValue(key, {}).get(self.field.__name__)

    def put(self, value):
        self._set(key, value, self.field.interface)

    return property(get, put)


@implementer(IQuestionOptions)
@adapter(IField)
class QuestionOptions:
    """The additions of one field."""

    def __init__(self, field):
        self.field = field

    def _set(self, key, value, schema):
        values = dict(schema.queryTaggedValue(key, {}))
        values[self.field.__name__] = value
        schema.setTaggedValue(key, values)

    # The key without our prefix is the one collective.easyform reads and writes.
    validators = tagged("validators")
    autocomplete = tagged(_key("autocomplete"))
    only_if = tagged(_key("only_if"))


def _vocabulary(titles):
    return SimpleVocabulary([SimpleTerm(value, value, title) for value, title in titles.items()])


@implementer(IVocabularyFactory)
class Validators:
    """The checks an editor may choose."""

    def __call__(self, context=None):
        return _vocabulary({name: TITLES[name] for name in VALIDATORS})


@implementer(IVocabularyFactory)
class Autocomplete:
    """What a browser may fill in by itself."""

    def __call__(self, context=None):
        return _vocabulary({name: AUTOCOMPLETE_TITLES[name] for name in allowlist.AUTOCOMPLETE})
