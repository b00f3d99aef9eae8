"""What a login tells about a person: the BundID's attributes, and how sure each of them is.

Names, OIDs: interface description 10.2 of the BundID. Towns put a broker before it, which passes
the attributes on as claims of OpenID Connect under names of its own; so which claim is which
attribute is a setting. Every attribute has a level of its own: a login with the identity card
still carries an e-mail address that nobody has verified. Any of them may be missing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from kaarst.core import _
from kaarst.core.signin.levels import Level
from kaarst.core.signin.levels import named


#: Longer values are none: nobody's name is.
LONGEST = 300


@dataclass(frozen=True)
class Kind:
    """One attribute of the BundID. `field`: its name as in HTML's `autocomplete`, or empty.

    `most`: the level that it can have at most, whatever the broker says.
    """

    name: str
    oid: str
    title: str
    claim: str
    field: str = ""
    most: Level = Level.HIGH


KINDS = (
    Kind("givenName", "2.5.4.42", _("Given name"), "given_name", "given-name"),
    Kind("surname", "2.5.4.4", _("Family name"), "family_name", "family-name"),
    Kind(
        "mail",
        "0.9.2342.19200300.100.1.3",
        _("E-mail address"),
        "email",
        "email",
        Level.BASIC,
    ),
    Kind("postalAddress", "2.5.4.16", _("Street and number"), "street_address", "street-address"),
    Kind("postalCode", "2.5.4.17", _("Postal code"), "postal_code", "postal-code"),
    Kind("localityName", "2.5.4.7", _("Town"), "locality", "address-level2"),
    Kind("country", "1.2.40.0.10.2.1.1.225599", _("Country"), "country", "country-name"),
    Kind(
        "personalTitle",
        "0.9.2342.19200300.100.1.40",
        _("Title"),
        "personal_title",
        "honorific-prefix",
    ),
    Kind("gender", "1.3.6.1.4.1.33592.1.3.5", _("Gender"), "gender", "sex"),
    Kind("birthdate", "1.2.40.0.10.2.1.1.55", _("Date of birth"), "birthdate", "bday"),
    Kind("placeOfBirth", "1.3.6.1.5.5.7.9.2", _("Place of birth"), "place_of_birth"),
    Kind("birthName", "1.2.40.0.10.2.1.1.225566", _("Name at birth"), "birth_family_name"),
    Kind("nationality", "1.2.40.0.10.2.1.1.225577", _("Nationality"), "nationality"),
    Kind("telephoneNumber", "2.5.4.20", _("Telephone"), "phone_number", "tel", Level.BASIC),
)
BY_NAME = {kind.name: kind for kind in KINDS}


@dataclass(frozen=True)
class Attribute:
    """A text (of a date YYYY-MM-DD) and how sure it is."""

    value: str
    level: Level = Level.NONE


@dataclass(frozen=True)
class Rule:
    """Where an attribute comes from.

    `claim` may be nested: `address.postal_code`. `level_claim` says how sure the value is, in words
    or in STORK names; without it (or where it is missing in a login) `level` counts.
    """

    claim: str
    level_claim: str = ""
    level: Level = Level.NONE


def default_rules() -> dict[str, Rule]:
    """A rule for each attribute, with the standard's claims and a companion claim for the level."""
    return {kind.name: Rule(kind.claim, f"{kind.claim}_level") for kind in KINDS}


def read(
    claims: Mapping, rules: Mapping[str, Rule], login: Level = Level.HIGH
) -> dict[str, Attribute]:
    """Returns the attributes that are there, by name.

    No attribute is surer than the `login` itself.
    """
    found = {}
    for name, rule in rules.items():
        kind = BY_NAME.get(name)
        value = _text(_claim(claims, rule.claim))
        if kind is None or not value:
            continue
        said = _claim(claims, rule.level_claim) if rule.level_claim else None
        level = rule.level if said is None else named(said, Level.NONE)
        found[name] = Attribute(value, min(level, login, kind.most))
    return found


def full_name(attributes: Mapping[str, Attribute]) -> Attribute | None:
    """Given and family name in one, as sure as the less sure of them; None without both."""
    parts = [attributes.get(name) for name in ("givenName", "surname")]
    if None in parts:
        return None
    return Attribute(" ".join(part.value for part in parts), min(part.level for part in parts))


def _claim(claims: Mapping, path: str) -> object:
    """The claim of that name, or one inside another; the whole name counts first."""
    if not path:
        return None
    if path in claims:
        return claims[path]
    found: object = claims
    for part in path.split("."):
        if not isinstance(found, Mapping) or part not in found:
            return None
        found = found[part]
    return found


def _text(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    text = " ".join(str(value).split())
    return text if len(text) <= LONGEST and text.isprintable() else ""
