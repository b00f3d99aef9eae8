"""Our additions to a field in the XML model, and the part of the field editor that shows them."""

from collective.easyform.interfaces import ILabel
from kaarst.services import _
from kaarst.services.forms import allowlist
from kaarst.services.forms import conditions
from kaarst.services.forms.fields import IAddress
from kaarst.services.forms.fields import IRepeatingGroup
from kaarst.services.forms.interfaces import IQuestionOptions
from kaarst.services.forms.validators import TITLES
from kaarst.services.forms.validators import VALIDATORS
from plone.supermodel.parser import IFieldMetadataHandler
from plone.supermodel.utils import ns
from urllib.parse import quote
from zope.component import adapter
from zope.interface import implementer
from zope.schema import getFieldsInOrder
from zope.schema.interfaces import IBool
from zope.schema.interfaces import IChoice
from zope.schema.interfaces import IField
from zope.schema.interfaces import ISet
from zope.schema.interfaces import IVocabularyFactory
from zope.schema.vocabulary import SimpleTerm
from zope.schema.vocabulary import SimpleVocabulary


NAMES = ("autocomplete", "only_if", "group")
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


def part(number):
    """A property that is one part of the condition: question, relation or answers."""

    def get(self):
        return _parts(self)[number]

    def put(self, value):
        parts = list(_parts(self))
        parts[number] = value
        self._set(_key("parts"), tuple(parts), self.field.interface)
        condition = conditions.clicked(*parts)
        self.only_if = None if condition is None else str(condition)

    return property(get, put)


def _parts(options):
    kept = options.field.interface.queryTaggedValue(_key("parts"), {}).get(options.field.__name__)
    if kept is not None:
        return kept
    condition = conditions.parse(options.only_if)
    if condition is None:
        return None, conditions.ONE_OF, ()
    answers = tuple(f"{condition.field}={value}" for value in condition.values)
    return condition.field, condition.relation, answers


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
    group = tagged(_key("group"))

    # The condition in three parts, as one clicks it. They come one after the other, so each is kept
    # beside the condition until together they say something.
    only_if_question = part(0)
    only_if_relation = part(1)
    only_if_answers = part(2)


def _vocabulary(titles):
    # Tokens stand in HTML, and values may have letters that have no place in one.
    terms = [SimpleTerm(value, quote(value, safe=""), title) for value, title in titles.items()]
    return SimpleVocabulary(terms)


@implementer(IVocabularyFactory)
class ConditionQuestions:
    """The questions that another one may depend on."""

    def __call__(self, context=None):
        mine, fields = _fields(context)
        return _vocabulary({field.__name__: field.title for field in _deciding(mine, fields)})


@implementer(IVocabularyFactory)
class ConditionAnswers:
    """Each answer that can be chosen somewhere in the form, to make another question depend on it.

    An answer that was written by hand, for example a number, is offered as it is.
    """

    def __call__(self, context=None):
        mine, fields = _fields(context)
        terms = {}
        for field in _deciding(mine, fields):
            for value, label in _answers(field):
                terms[f"{field.__name__}={value}"] = _(
                    "answer_of_question",
                    "${label}: ${answer}",
                    mapping={"label": field.title, "answer": label},
                )
        for written in _parts(QuestionOptions(mine))[2] if mine is not None else ():
            terms.setdefault(written, written)
        return _vocabulary(terms)


@implementer(IVocabularyFactory)
class ConditionRelations:
    """What a condition says of the question it depends on."""

    def __call__(self, context=None):
        return _vocabulary(RELATIONS)


RELATIONS = {
    conditions.ONE_OF: _("has one of these answers"),
    conditions.NONE_OF: _("has another answer than these"),
    conditions.FILLED: _("is filled in"),
    conditions.EMPTY: _("is left empty"),
}


@implementer(IVocabularyFactory)
class Groups:
    """The repeating groups of the form."""

    def __call__(self, context=None):
        _mine, fields = _fields(context)
        return _vocabulary(
            {field.__name__: field.title for field in fields if IRepeatingGroup.providedBy(field)}
        )


def _fields(context):
    """The field that is edited, and all fields of its form in order."""
    field = getattr(context, "field", context)
    if not IField.providedBy(field) or field.interface is None:
        return None, []
    return field, [each for _name, each in getFieldsInOrder(field.interface)]


def _deciding(mine, fields):
    """The fields that a condition of the field `mine` may speak of."""
    return [
        field
        for field in fields
        if field is not mine
        and field.__name__ != getattr(mine, "__name__", None)
        and not ILabel.providedBy(field)
        # An address is several questions; no one of them stands for it.
        and not IAddress.providedBy(field)
        and _is_in_reach(mine, field)
    ]


def _is_in_reach(mine, field):
    """A question of a group decides only about questions of the same group."""
    group = QuestionOptions(field).group
    return not group or group == QuestionOptions(mine).group


def _answers(field):
    """Values and labels of what can be answered, for questions that offer a choice."""
    if IBool.providedBy(field):
        return [("true", _("Yes")), ("false", _("No"))]
    choice = field.value_type if ISet.providedBy(field) else field
    if not IChoice.providedBy(choice):
        return []
    terms = choice.vocabulary or ()
    return [
        (term.value, term.title or term.value)
        for term in terms
        if conditions.ANSWER.fullmatch(term.value)
    ]


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
