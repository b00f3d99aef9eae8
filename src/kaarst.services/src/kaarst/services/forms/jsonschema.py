"""A form as JSON Schema 2020-12: what a client needs to draw it and to check it beforehand."""

from kaarst.core.whole_number import whole_number
from kaarst.services.forms import addresses
from kaarst.services.forms import uploads
from kaarst.services.forms.conditions import EMPTY
from kaarst.services.forms.conditions import NO
from kaarst.services.forms.conditions import ONE_OF
from kaarst.services.forms.conditions import YES


# What a schema can say of a check; the whole of it is in `x-validators`.
FORMATS = {
    "isValidEmail": {"format": "email"},
    "isPostalCode": {"pattern": "^[0-9]{5}$"},
    "isPhoneNumber": {"pattern": "^\\s*\\+?[0-9 ()/.-]{6,30}\\s*$"},
    "isIBAN": {"format": "iban", "pattern": "^\\s*[A-Za-z]{2} ?[0-9]{2}[ A-Za-z0-9-]{10,42}\\s*$"},
}
TEXTS = ("line", "text", "email")
#: What stands for no answer, whatever the question.
NOTHING = [None, "", []]
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema(questionnaire, limits):
    """The schema of the object `data` in `POST {form}/@form`.

    Conditions are in `if`/`then`: a question with a condition is required only where it is asked.
    """
    return {"$schema": DIALECT, **_object(questionnaire.questions, limits)}


def _object(asked, limits):
    result = {
        "type": "object",
        "properties": {name: _property(question, limits) for name, question in asked.items()},
        "required": [
            name for name, question in asked.items() if question.required and not question.only_if
        ],
        "additionalProperties": False,
    }
    conditional = [
        _conditional(question.only_if, asked, {"required": [question.name]})
        for question in asked.values()
        if question.required and question.only_if and question.only_if.field in asked
    ]
    # In a group: what is asked of each entry after an answer that stands outside the group.
    conditional += [
        _conditional(
            member.only_if,
            asked,
            {"properties": {group.name: {"items": {"required": [member.name]}}}},
        )
        for group in asked.values()
        for member in group.asked_members.values()
        if member.required and member.only_if and member.only_if.field in group.needs
    ]
    conditional += addresses.schema(asked)
    if conditional:
        result["allOf"] = conditional
    return result


def steps(questionnaire):
    """The steps in order: `{name, title, description, fields}`."""
    return [
        {
            "name": step.name,
            "title": step.label,
            "description": step.hint,
            "fields": [question.name for question in step.questions if question.is_asked],
        }
        for step in questionnaire.steps
    ]


def rules(questionnaire):
    """Which field is asked only if: `{field, only_if: {field, is, values}}`.

    `is`: one_of, none_of, filled or empty; `values` go with the first two. Of a group's questions
    the field is `group.question`; a condition inside a group is about the same entry where it
    names a field with a dot.
    """
    asked = questionnaire.questions
    found = _rules(asked, asked, "")
    for group in asked.values():
        members = group.asked_members
        found += _rules(members, {**asked, **members}, f"{group.name}.")
    return found


def _rules(asked, known, path):
    """`path` is that of a group; a rule about its own questions names them with it."""
    return [
        {"field": path + question.name, "only_if": _rule(question.only_if, asked, known, path)}
        for question in asked.values()
        if question.only_if and question.only_if.field in known
    ]


def _rule(condition, asked, known, path):
    about = (path if condition.field in asked else "") + condition.field
    rule = {"field": about, "is": condition.relation}
    if condition.values:
        rule["values"] = _values(condition, known)
    return rule


def _values(condition, asked):
    """The values of a condition as they stand in the data."""
    kind = asked[condition.field].kind
    if kind == "yes_no":
        known = {**dict.fromkeys(YES, True), **dict.fromkeys(NO, False)}
        return [known[value.lower()] for value in condition.values if value.lower() in known]
    if kind == "number":
        return [
            int(value)
            for value in condition.values
            if whole_number(value.removeprefix("-")) is not None
        ]
    return list(condition.values)


def _conditional(condition, asked, then):
    """`if` the condition holds."""
    return {"if": _holds(condition, asked, frozenset()), "then": then}


def _holds(condition, asked, seen):
    """A question that is not asked itself is not answered, so what it depends on is part of it."""
    answered = _answered(condition, asked)
    before = asked[condition.field].only_if
    if before and before.field in asked and before.field not in seen:
        answered = {"allOf": [answered, _holds(before, asked, seen | {condition.field})]}
    return {"not": answered} if condition.relation == EMPTY else answered


def _answered(condition, asked):
    kind = asked[condition.field].kind
    given = {"type": "string", "pattern": "\\S"} if kind in TEXTS else {"not": {"enum": NOTHING}}
    if condition.values:
        among = {"enum": _values(condition, asked)}
        if kind == "choices":
            among = {"type": "array", "contains": among}
        given = among if condition.relation == ONE_OF else {"allOf": [given, {"not": among}]}
    return {"properties": {condition.field: given}, "required": [condition.field]}


def _property(question, limits):
    described = {"title": question.label}
    if question.hint:
        described["description"] = question.hint
    described.update(TYPES[question.kind](question, limits))
    if question.autocomplete:
        described["x-autocomplete"] = question.autocomplete
    if question.validators:
        described["x-validators"] = list(question.validators)
    return described


def _string(question, limits):
    result = {"type": "string"}
    if question.required or question.min_length:
        result["minLength"] = max(question.min_length or 0, 1)
    if question.max_length:
        result["maxLength"] = question.max_length
    if question.kind == "text":
        result["x-multiline"] = True
    if question.kind == "email":
        result["format"] = "email"
    for name in question.validators:
        result.update(FORMATS.get(name, {}))
    return result


def _integer(question, limits):
    result = {"type": "integer"}
    if question.minimum is not None:
        result["minimum"] = question.minimum
    if question.maximum is not None:
        result["maximum"] = question.maximum
    return result


def _date(question, limits):
    result = {"type": "string", "format": "date"}
    if question.minimum is not None:
        result["x-minimum"] = question.minimum.isoformat()
    if question.maximum is not None:
        result["x-maximum"] = question.maximum.isoformat()
    return result


def _yes_no(question, limits):
    if question.is_confirmation and question.required:
        return {"type": "boolean", "const": True}
    return {"type": "boolean"}


def _one_of(question):
    return [{"const": option.value, "title": option.label} for option in question.options]


def _choice(question, limits):
    return {"type": "string", "oneOf": _one_of(question)}


def _choices(question, limits):
    result = {
        "type": "array",
        "items": {"type": "string", "oneOf": _one_of(question)},
        "uniqueItems": True,
    }
    if question.required:
        result["minItems"] = 1
    return result


def _file(question, limits):
    return {
        "type": "object",
        "properties": {
            "filename": {"type": "string", "minLength": 1, "maxLength": 255},
            "content-type": {"type": "string"},
            "data": {
                "type": "string",
                "contentEncoding": "base64",
                "maxLength": -(-limits.one // 3) * 4,
            },
            "encoding": {"const": "base64"},
        },
        "required": ["filename", "data"],
        "additionalProperties": False,
        "x-accept": uploads.ACCEPT.get(question.kind, "image/png").split(","),
    }


def _signature(question, limits):
    typed = {**_string(question, limits), "title": question.label}
    return {"oneOf": [typed, _file(question, limits)]}


def _group(question, limits):
    return {
        "type": "array",
        "items": {
            "title": question.entry or question.label,
            **_object(question.asked_members, limits),
        },
        "minItems": question.minimum,
        "maxItems": question.maximum,
    }


TYPES = {
    "group": _group,
    "signature": _signature,
    "line": _string,
    "text": _string,
    "email": _string,
    "number": _integer,
    "date": _date,
    "yes_no": _yes_no,
    "choice": _choice,
    "choices": _choices,
    "file": _file,
    "image": _file,
}
