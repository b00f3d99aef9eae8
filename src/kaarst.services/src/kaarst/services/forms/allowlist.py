"""What the model of a form may contain.

collective.easyform keeps the fields and the actions of a form as XML, and that XML can do anything: name
a Python function, a script with a proxy role, a TALES expression, a class to import. Editors build
forms and are not to be able to run code, whichever way the XML reaches the site. So nothing is parsed
by plone.supermodel before this module has read it, and this module knows a short list and refuses
everything else. It resolves no dotted name and imports nothing that the XML mentions.
"""

from dataclasses import dataclass
from kaarst.services import _
from kaarst.services.forms.addresses import part_name
from kaarst.services.forms.addresses import PARTS
from kaarst.services.forms.conditions import parse as parse_condition
from kaarst.services.forms.validators import VALIDATORS
from lxml import etree
from zope.i18nmessageid import Message
from zope.schema import ValidationError

import re


SUPERMODEL = "http://namespaces.plone.org/supermodel/schema"
EASYFORM = "http://namespaces.plone.org/supermodel/easyform"
AUTOFORM = "http://namespaces.plone.org/supermodel/form"
I18N = "http://xml.zope.org/namespaces/i18n"
# Our own additions to a field: what a browser may fill in, and when a field is asked at all.
KAARST = "urn:kaarst:form"

GROUP = "kaarst.services.forms.fields.RepeatingGroup"
ADDRESS = "kaarst.services.forms.fields.Address"
SIGNATURE = "kaarst.services.forms.fields.Signature"
CASE_ACTION = "kaarst.services.forms.action.CaseAction"

MAX_CHARACTERS = 200_000
MAX_FIELDS = 200
NAME = re.compile(r"^[a-z][a-z0-9_]{0,59}$")
# Names that mean something else in a request or on a content object.
RESERVED = frozenset(
    [
        "action",
        "actions",
        "buttons",
        "client_key",
        "fields",
        "file",
        "form",
        "held",
        "honeypot",
        "method",
        "number",
        "page_key",
        "pin",
        "request",
        "self",
        "submit",
        "version",
        "view",
        "widgets",
        "_authenticator",
    ]
)

# https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#autofill
AUTOCOMPLETE = (
    "name",
    "given-name",
    "family-name",
    "email",
    "tel",
    "address-line1",
    "street-address",
    "postal-code",
    "address-level2",
    "country-name",
    "bday",
    "organization",
)

# plone.schemaeditor gives a new yes/no field this widget; nothing of ours reads it.
HARMLESS_WIDGETS = frozenset({"z3c.form.browser.radio.RadioFieldWidget"})

_TEXTS = {"title", "description"}
_COMMON = _TEXTS | {"required", "default", "missing_value"}
_LENGTHS = {"min_length", "max_length"}
_RANGE = {"min", "max"}
FIELD_TYPES = {
    "zope.schema.TextLine": _COMMON | _LENGTHS,
    "zope.schema.Text": _COMMON | _LENGTHS,
    "plone.schema.email.Email": _COMMON | _LENGTHS,
    "zope.schema.Bool": _COMMON,
    "zope.schema.Int": _COMMON | _RANGE,
    "zope.schema.Date": _COMMON | _RANGE,
    "zope.schema.Choice": _COMMON | {"values"},
    "zope.schema.Set": _COMMON | {"value_type"} | _LENGTHS,
    "plone.namedfile.field.NamedBlobFile": _TEXTS | {"required"},
    "plone.namedfile.field.NamedBlobImage": _TEXTS | {"required"},
    "collective.easyform.fields.Label": _TEXTS | {"required"},
    "collective.easyform.fields.RichLabel": _TEXTS | {"required", "rich_label"},
    GROUP: _TEXTS | {"required", "entry", "least", "most"},
    ADDRESS: _COMMON | _LENGTHS,
    SIGNATURE: _TEXTS | {"required"},
}
# What cannot be asked for each entry of a group.
NOT_IN_GROUPS = (
    GROUP,
    SIGNATURE,
    "plone.namedfile.field.NamedBlobFile",
    "plone.namedfile.field.NamedBlobImage",
)
# Options of the action and of groups that are whole numbers.
_NUMBERS = frozenset(("due_days", "keep_days", "least", "most"))
ACTION_TYPES = {CASE_ACTION: _TEXTS | {"required", "due_days", "keep_days"}}


@dataclass(frozen=True)
class Problem:
    """One thing in a model that is not on the list; `field` is empty for the model as a whole."""

    field: str
    message: Message


class ModelNotAllowed(ValidationError, ValueError):
    """The XML of a form contains something that is not on the list."""

    def __init__(self, problems):
        super().__init__(problems[0].message)
        self.problems = tuple(problems)

    def doc(self):
        return self.problems[0].message

    def __str__(self):
        return "; ".join(
            f"{problem.field or 'model'}: {_in_english(problem.message)}"
            for problem in self.problems
        )


def _in_english(message):
    text = message.default or str(message)
    for key, value in (message.mapping or {}).items():
        text = text.replace("${" + key + "}", str(value))
    return text


def clean_fields(source):
    """The fields model as it may be stored; raises ModelNotAllowed.

    `source` is str or bytes. Comments, processing instructions and translation marks are dropped.
    """
    return _clean(source, FIELD_TYPES)


def clean_actions(source):
    """The actions model as it may be stored; raises ModelNotAllowed."""
    return _clean(source, ACTION_TYPES)


def _clean(source, types):
    root = parse(source)
    problems = list(_check_model(root, types))
    if problems:
        raise ModelNotAllowed(problems)
    for element in root.iter():
        for name in list(element.attrib):
            if etree.QName(name).namespace == I18N:
                del element.attrib[name]
    etree.cleanup_namespaces(root, top_nsmap={None: SUPERMODEL})
    return etree.tostring(root, encoding="unicode")


def parse(source):
    """The root element, without entities, comments and instructions; raises ModelNotAllowed."""
    if isinstance(source, str):
        source = source.encode("utf-8", "replace")
    if len(source) > MAX_CHARACTERS:
        raise ModelNotAllowed([Problem("", _("model_too_long", "This form is too long."))])
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(source, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise ModelNotAllowed(
            [Problem("", _("model_not_xml", "This is not well-formed XML."))]
        ) from None
    if root.getroottree().docinfo.doctype:
        raise ModelNotAllowed([_not_allowed("", "DOCTYPE")])
    return root


def _not_allowed(field, what):
    return Problem(
        field, _("model_not_allowed", "“${what}” is not allowed in a form.", mapping={"what": what})
    )


def tag(element):
    """The local name of an element of supermodel, the full name of any other."""
    name = etree.QName(element)
    return name.localname if name.namespace == SUPERMODEL else element.tag


def _check_attributes(element, field, allowed):
    for name, value in element.attrib.items():
        qname = etree.QName(name)
        if qname.namespace == I18N:
            continue
        if not allowed.get((qname.namespace, qname.localname), _never)(value):
            yield _not_allowed(field, f"{qname.localname}={value[:80]}")


def _never(value):
    return False


def _any(value):
    return True


def _false(value):
    return value.lower() == "false"


def _number(value):
    return bool(re.fullmatch(r"-?[0-9]{1,9}", (value or "").strip()))


def _check_model(root, types):
    if tag(root) != "model":
        yield _not_allowed("", root.tag)
        return
    yield from _check_attributes(root, "", {})
    if len(root) != 1:
        yield Problem("", _("model_one_schema", "A form has exactly one schema."))
    names = set()
    for schema in root:
        if tag(schema) != "schema":
            yield _not_allowed("", schema.tag)
            continue
        # `name` and `based-on` make supermodel look up and import interfaces.
        yield from _check_attributes(schema, "", {})
        for element in schema:
            if tag(element) == "field":
                yield from _check_field(element, types, names)
            elif tag(element) == "fieldset":
                yield from _check_fieldset(element, types, names)
            else:
                yield _not_allowed("", element.tag)
    yield from _check_addresses(root, names)
    if len(names) > MAX_FIELDS:
        yield Problem("", _("model_too_many_fields", "A form has at most 200 fields."))


def _check_addresses(root, names):
    """An address asks several questions; none of them may have the name of another field."""
    for element in root.iter(f"{{{SUPERMODEL}}}field"):
        if element.get("type") == ADDRESS:
            for part in PARTS:
                name = part_name(element.get("name") or "", part)
                if name in names:
                    yield Problem(
                        name,
                        _("model_name_twice", "“${name}” is there twice.", mapping={"name": name}),
                    )


def _check_fieldset(fieldset, types, names):
    allowed = {
        (None, "name"): lambda value: 0 < len(value) <= 200,
        (None, "label"): _any,
        (None, "description"): _any,
        (None, "order"): _number,
    }
    yield from _check_attributes(fieldset, "", allowed)
    if not fieldset.get("name"):
        yield _not_allowed("", "fieldset")
    for element in fieldset:
        if tag(element) == "field":
            yield from _check_field(element, types, names)
        else:
            yield _not_allowed("", element.tag)


def _check_field(element, types, names):
    name = element.get("name") or ""
    kind = element.get("type") or ""
    if not NAME.match(name) or name in RESERVED:
        yield Problem(
            name[:60],
            _(
                "model_bad_name",
                "“${name}” cannot be the short name of a field. Use small letters, digits and “_”.",
                mapping={"name": name[:60]},
            ),
        )
    if name in names:
        yield Problem(
            name, _("model_name_twice", "“${name}” is there twice.", mapping={"name": name})
        )
    names.add(name)
    if kind not in types:
        yield _not_allowed(name, kind or "field")
        return
    if element.get(f"{{{KAARST}}}group") and kind in NOT_IN_GROUPS:
        yield Problem(
            name,
            _(
                "model_not_in_group",
                "Files, pictures, signatures and groups cannot be part of a group.",
            ),
        )
    yield from _check_attributes(element, name, _field_attributes(types))
    for child in element:
        yield from _check_child(child, name, types[kind])


def _field_attributes(types):
    allowed = {(None, "name"): _any, (None, "type"): _any}
    if types is FIELD_TYPES:
        allowed.update(
            {
                (EASYFORM, "serverSide"): _false,
                (EASYFORM, "THidden"): _false,
                (EASYFORM, "validators"): lambda value: set(value.split("|")) <= set(VALIDATORS),
                (KAARST, "autocomplete"): lambda value: value in AUTOCOMPLETE,
                (KAARST, "only_if"): lambda value: parse_condition(value) is not None,
                (KAARST, "group"): lambda value: bool(NAME.match(value)),
            }
        )
    return allowed


def _check_child(child, field, allowed):
    name = tag(child)
    if child.tag == f"{{{AUTOFORM}}}widget":
        if child.get("type") not in HARMLESS_WIDGETS or len(child.attrib) > 1 or len(child):
            yield _not_allowed(field, f"widget {child.get('type')}")
        return
    if name not in allowed:
        yield _not_allowed(field, name)
        return
    if name == "value_type":
        yield from _check_value_type(child, field)
        return
    yield from _check_attributes(child, field, {})
    if name == "values":
        yield from _check_values(child, field)
    elif len(child):
        # The default of a multiple choice is a list of texts; nothing else has an inside.
        for element in child:
            yield from _check_text_element(element, field)
    elif name in _NUMBERS and (child.text or "").strip() and not _number(child.text):
        yield _not_allowed(field, f"{name}={child.text[:40]}")


def _check_value_type(element, field):
    yield from _check_attributes(
        element, field, {(None, "type"): lambda value: value == "zope.schema.Choice"}
    )
    if element.get("type") != "zope.schema.Choice":
        yield _not_allowed(field, "value_type")
    for child in element:
        yield from _check_child(child, field, {"values", "required", "default", "missing_value"})


def _check_values(element, field):
    for child in element:
        yield from _check_text_element(child, field)


def _check_text_element(element, field):
    if tag(element) != "element" or len(element):
        yield _not_allowed(field, tag(element))
    yield from _check_attributes(element, field, {(None, "key"): _any})
