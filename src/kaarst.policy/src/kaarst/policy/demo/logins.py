"""People of the demo city who sign in elsewhere: at the BundID, and staff at the town's own provider.

None of them has an account here. The claims are those of the broker as the demo city has set it up
(kaarst.core.signin.attributes has the names); each person can be chosen on the provider's page.
"""

from kaarst.policy.demo import accounts


CLIENT, SECRET = "kaarst-demo", "kaarst-demo-2026"
#: The client of another front end at the same broker.
FRONT_END = "kaarst-app"
BASIC, SUBSTANTIAL, HIGH = (f"STORK-QAA-Level-{number}" for number in (1, 3, 4))
#: As many as the identity card or the ELSTER certificate vouches for.
SURE = ("given_name", "family_name", "street_address", "postal_code", "locality", "birthdate")

ERIKA = {
    "bpk2": "DEMO-bpk2-erika",
    "given_name": "Erika",
    "family_name": "Mustermann",
    "street_address": "Am Neumarkt 2",
    "postal_code": "41564",
    "locality": "Kaarst",
    "birthdate": "1964-08-12",
    "email": "erika.mustermann@kaarst.example",
}
MAX = {
    **ERIKA,
    "bpk2": "DEMO-bpk2-max",
    "given_name": "Max",
    "birthdate": "1961-03-04",
    "email": "max.mustermann@kaarst.example",
}
LEA = {
    "bpk2": "DEMO-bpk2-lea",
    "given_name": "Lea",
    "family_name": "Musterfrau",
    "email": "lea.musterfrau@kaarst.example",
}


def at_level(person: dict, level: str) -> dict:
    """The claims of a login at a level: what the login vouches for has it, the rest has none."""
    return {**person, "acr": level, **{f"{name}_level": level for name in SURE if name in person}}


#: What can be chosen at the broker: name on its page → claims. Erika has two ways to sign in.
CITIZENS = {
    "erika-mit-passwort": at_level(ERIKA, BASIC),
    "erika-mit-online-ausweis": at_level(ERIKA, HIGH),
    "max-mit-elster": at_level(MAX, SUBSTANTIAL),
    "lea-mit-passwort": at_level(LEA, BASIC),
}


def colleague(login: str, name: str, group: str, factor: bool = True) -> dict:
    """The claims of somebody of the staff; `factor`: with a second one."""
    first, last = name.split(" ", 1)
    return {
        "preferred_username": login,
        "name": name,
        "given_name": first,
        "family_name": last,
        "email": f"{login}@kaarst.example",
        "groups": [group],
        "amr": ["pwd", "otp"] if factor else ["pwd"],
    }


#: At the town's own provider: two departments, and one who has left the second factor at home.
STAFF = {
    "paula-buergerbuero": colleague("paula.muster", "Paula Muster", "10-Buergerbuero"),
    "peter-steuern": colleague("peter.muster", "Peter Muster", "20-Finanzen-und-Steuern"),
    "paul-ohne-zweiten-faktor": colleague(
        "paul.muster", "Paul Muster", "10-Buergerbuero", factor=False
    ),
}

#: What the provider's groups are here (kaarst.policy.demo.accounts).
GROUPS = {
    "10-Buergerbuero": [accounts.CITIZEN_OFFICE],
    "20-Finanzen-und-Steuern": [accounts.TAXES],
}
