"""A form as JSON Schema 2020-12: what a client needs to draw it and to check it beforehand."""

from kaarst.services.forms import uploads


DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema(questionnaire, limits):
    """The schema of the object `data` in `POST {form}/@form`.

    Conditions are in `if`/`then`: a question with a condition is required only where it is asked.
    """
    asked = questionnaire.questions
    result = {
        "$schema": DIALECT,
        "type": "object",
        "properties": {name: _property(question, limits) for name, question in asked.items()},
        "required": [
            name for name, question in asked.items() if question.required and not question.only_if
        ],
        "additionalProperties": False,
    }
    conditional = [
        _conditional(question, asked)
        for question in asked.values()
        if question.required and question.only_if and question.only_if.field in asked
    ]
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
    """Which field is asked only if: `{field, only_if: {field, equals}}`."""
    asked = questionnaire.questions
    return [
        {
            "field": question.name,
            "only_if": {
                "field": question.only_if.field,
                "equals": _condition_value(question.only_if, asked),
            },
        }
        for question in asked.values()
        if question.only_if and question.only_if.field in asked
    ]


def _condition_value(condition, asked):
    kind = asked[condition.field].kind
    if kind == "yes_no":
        return condition.value.lower() in ("true", "ja")
    if kind == "number":
        return int(condition.value) if condition.value.lstrip("-").isdigit() else condition.value
    return condition.value


def _conditional(question, asked):
    condition = question.only_if
    value = {"const": _condition_value(condition, asked)}
    if asked[condition.field].kind == "choices":
        value = {"type": "array", "contains": value}
    return {
        "if": {"properties": {condition.field: value}, "required": [condition.field]},
        "then": {"required": [question.name]},
    }


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
    if "isPostalCode" in question.validators:
        result["pattern"] = "^[0-9]{5}$"
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


TYPES = {
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
