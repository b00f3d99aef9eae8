"""Answers made from nothing but a form's JSON Schema: right ones, and right ones that were broken.

Knows the part of JSON Schema that forms use; hypothesis-jsonschema ends at draft 7 and at 2024.
"""

from hypothesis import strategies as st

import base64
import copy
import datetime
import jsonschema


PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
DAYS = (datetime.date(1950, 1, 1), datetime.date(2020, 12, 31))
LETTERS = st.characters(categories=("Lu", "Ll", "Nd"))
#: What nobody types, and what programs send.
STRANGE = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**30), 10**30),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=30),
    st.sampled_from(
        [
            "",
            " ",
            "\0",
            "\ud800",
            "\u202e",
            "x" * 100_000,
            "2026-02-30",
            "0000-00-00",
            "99999-01-01",
            "a@b",
            "<script>x</script>",
            "../../etc/passwd",
            "=1+1",
            {"filename": "x.exe", "data": "TVqQAAMAAAA="},
            {"filename": "", "data": ""},
            {"filename": "\0/x.pdf", "data": base64.b64encode(PDF).decode()},
            {"filename": "x.pdf", "data": "%%%"},
        ]
    ),
    st.recursive(
        st.none() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
        ),
        max_leaves=8,
    ),
)


def right(schema):
    """Answers that keep to the schema of a whole form, conditions included."""
    checked = jsonschema.Draft202012Validator(schema).is_valid
    return _object(schema).map(lambda data: _completed(schema, data)).filter(checked)


@st.composite
def broken(draw, schema):
    """Right answers in which up to three things were taken away, added or replaced."""
    data = copy.deepcopy(draw(right(schema)))
    for _time in range(draw(st.integers(1, 3))):
        places = list(_places(data))
        way = draw(st.sampled_from(("take", "add", "replace", "replace", "whole")))
        if way == "whole" and draw(st.integers(0, 9)) == 0:
            return draw(STRANGE)
        if way == "add" or not places:
            data[draw(st.text(max_size=10))] = draw(STRANGE)
            continue
        holder, key = draw(st.sampled_from(places))
        if way == "take":
            del holder[key]
        else:
            holder[key] = draw(STRANGE)
    return data


def _places(value):
    """Every (holder, key) in nested answers."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in list(pairs):
        yield value, key
        if isinstance(inner, dict | list):
            yield from _places(inner)


def _completed(schema, data):
    """With what conditions ask for, given the other answers."""
    for rule in schema.get("allOf", ()):
        if jsonschema.Draft202012Validator(rule["if"]).is_valid(data):
            _complete(rule["then"], schema, data)
    return data


def _complete(then, schema, data):
    for name in then.get("required", ()):
        data.setdefault(name, _plain(schema["properties"][name]))
    for name, inner in then.get("properties", {}).items():
        for entry in data.get(name, ()):
            _complete(inner["items"], schema["properties"][name]["items"], entry)


def _plain(schema):
    """One value that a schema allows."""
    if "oneOf" in schema:
        return schema["oneOf"][0]["const"]
    return {"integer": schema.get("minimum", 1), "boolean": True}.get(schema["type"], "Antwort")


def _object(schema):
    required = schema.get("required", [])
    every = {name: _value(inner) for name, inner in schema["properties"].items()}
    found = st.fixed_dictionaries(
        {name: every[name] for name in required},
        optional={name: value for name, value in every.items() if name not in required},
    )
    return found.map(lambda data: _completed(schema, data)) if schema.get("allOf") else found


def _value(schema):
    if "const" in schema:
        return st.just(schema["const"])
    if "oneOf" in schema:
        return st.sampled_from([choice["const"] for choice in schema["oneOf"]])
    return {
        "string": _string,
        "integer": lambda schema: st.integers(
            schema.get("minimum", -1000), schema.get("maximum", 1000)
        ),
        "boolean": lambda schema: st.booleans(),
        "array": _array,
        "object": _file_or_object,
    }[schema["type"]](schema)


def _string(schema):
    if schema.get("format") == "date":
        return st.dates(*DAYS).map(datetime.date.isoformat)
    if schema.get("format") == "email":
        return st.text("abcdefgh", min_size=1, max_size=9).map("{}@example.org".format)
    if "pattern" in schema:
        return st.from_regex(schema["pattern"].replace("$", r"\Z"), alphabet="0123456789")
    if schema.get("x-validators"):
        # A telephone number: the only other kind of line that has to look like something.
        return st.from_regex(r"02131 [1-9][0-9]{5}", fullmatch=True)
    shortest, longest = max(schema.get("minLength", 1), 1), schema.get("maxLength", 200)
    return st.text(LETTERS, min_size=shortest, max_size=min(longest, shortest + 40))


def _array(schema):
    return st.lists(
        _value(schema["items"]),
        min_size=schema.get("minItems", 0),
        max_size=schema.get("maxItems", 3),
        unique=schema.get("uniqueItems", False),
    )


def _file_or_object(schema):
    if "data" not in schema["properties"]:
        return _object(schema)
    names = st.text(LETTERS, min_size=1, max_size=20).map("{}.pdf".format)
    return st.fixed_dictionaries(
        {"filename": names, "data": st.just(base64.b64encode(PDF).decode())}
    )
