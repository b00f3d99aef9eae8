"""What a login knows of a citizen, so that nobody types again what the town was told."""

from kaarst.appointments.bookings.person import ADDRESS
from kaarst.appointments.bookings.person import LIMITS
from kaarst.core.acting import current as acting
from kaarst.core.signin import current as signin
from kaarst.core.signin.attributes import full_name
from kaarst.core.signin.sessions import store


#: The fields of a booking and the BundID's attributes.
ATTRIBUTES = {
    "email": "mail",
    "phone": "telephoneNumber",
    "street": "postalAddress",
    "postal_code": "postalCode",
    "city": "localityName",
}


def known(request) -> dict[str, str]:
    """Values for the fields of a booking, as proposals; {} for visitors and staff.

    Nothing for who acts for somebody else: the login says who acts, not who comes.
    """
    session = signin.session(request)
    if session is None or session.kind not in (store.BUNDID, store.MAIL):
        return {}
    if session.knowledge is None or acting.current(request) is not None:
        return {}
    attributes = session.knowledge.attributes
    found = {field: attributes.get(name) for field, name in ATTRIBUTES.items()}
    values = {field: one.value for field, one in found.items() if one is not None}
    values.setdefault("email", session.knowledge.email)
    name = full_name(attributes)
    values["name"] = name.value if name is not None else ""
    limits = {**LIMITS, **ADDRESS}
    return {field: text for field, text in values.items() if 0 < len(text) <= limits[field]}
