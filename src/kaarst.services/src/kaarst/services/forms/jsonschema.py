"""A form as JSON Schema 2020-12: what a client needs to draw it and to check it beforehand."""

from kaarst.services.forms import addresses
from kaarst.services.forms import uploads


# What a schema can say of a check; the whole of it is in `x-validators`.
FORMATS = {
    "isValidEmail": {"format": "email"},
    "isPostalCode": {"pattern": "^[0-9]{5}$"},
    "isPhoneNumber": {"pattern": "^\\s*\\+?[0-9 ()/.-]{6,30}\\s*$"},
    "isIBAN": {"format": "iban", "pattern": "^\\s*[A-Za-z]{2} ?[0-9]{2}[ A-Za-z0-9-]{10,42}\\s*$"},
}
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
    """Which field is asked only if: `{field, only_if: {field, equals}}`.

    Of a group's questions the field is `group.question`; a condition inside a group is about the
    same entry where it names a field with a dot.
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
        {
            "field": path + question.name,
            "only_if": {
                "field": (path if question.only_if.field in asked else "") + question.only_if.field,
                "equals": _condition_value(question.only_if, known),
            },
        }
        for question in asked.values()
        if question.only_if and question.only_if.field in known
    ]


def _condition_value(condition, asked):
    kind = asked[condition.field].kind
    if kind == "yes_no":
        return condition.value.lower() in ("true", "ja")
    if kind == "number":
        return int(condition.value) if condition.value.lstrip("-").isdigit() else condition.value
    return condition.value


def _conditional(condition, asked, then):
    """`if` the condition holds. A question that is not asked itself decides nothing, so what it
    depends on is part of the `if`."""
    wanted, seen = [], set()
    while condition and condition.field in asked and condition.field not in seen:
        seen.add(condition.field)
        wanted.append(_holds(condition, asked))
        condition = asked[condition.field].only_if
    return {"if": wanted[0] if len(wanted) == 1 else {"allOf": wanted}, "then": then}


def _holds(condition, asked):
    value = {"const": _condition_value(condition, asked)}
    if asked[condition.field].kind == "choices":
        value = {"type": "array", "contains": value}
    return {"properties": {condition.field: value}, "required": [condition.field]}


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
        "x-accept": uploads.ACCEPT[question.kind].split(","),
    }


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
