"""One citizen with all that a citizen can have, each of it with a word that stands nowhere else."""

from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from hashlib import sha256
from kaarst.appointments.bookings import store as bookings
from kaarst.appointments.engine.records import Booking
from kaarst.appointments.engine.wishes import Wish
from kaarst.core import database
from kaarst.core.account import records
from kaarst.core.account import store as accounts
from kaarst.core.acting import giving
from kaarst.core.acting import store as authorisations
from kaarst.core.outbox import mail_of
from kaarst.core.outbox import outbox
from kaarst.core.pins import new_pin
from kaarst.core.pins import seal_pin
from kaarst.core.reference import new_number
from kaarst.core.signin.sessions import store as sessions
from kaarst.core.stores import existing
from kaarst.metering.households import wording
from kaarst.metering.households.claiming import PREFIX
from kaarst.metering.store import claims
from kaarst.metering.store import consents
from kaarst.services.cases import messages
from kaarst.services.cases.departments.rights import ROLE
from kaarst.services.forms.drafts import store as drafts
from kaarst.services.forms.uploads import Document
from pathlib import Path
from persistent import Persistent
from plone import api
from plone.app.testing import TEST_USER_ID
from tests.appointments import town as appointments
from tests.metering.flat import KEY
from tests.metering.flat import Town as Household
from tests.policy.strangers.people import Citizen
from tests.services.clerks import be_clerk
from tests.services.test_answers import PDF
from tests.services.test_case_pages import Town

import base64
import contextlib
import sqlite3
import transaction


#: What stands nowhere else, and what it is.
NAME, EMAIL = "Xaveria Quendel-4711", "quendel-4712@example.org"
ANSWER, DRAFT, QUESTION = "Antwort-4713", "Entwurf-4714", "Frage-4715"
FILENAME, CONTENT = "geheim-4716", b"%PDF-1.7\n% Inhalt-4717\n"
LETTER, ATTACHMENT, ATTACHED = "Bescheid-4718", "anlage-4719", b"%PDF-1.7\n% Anlage-4720\n"
BOOKED, WISHED, PHONE = "Termin-4721", "Wartend-4722", "02131 4723999"
BUSINESS, ENTRUSTED = "Backstube-4724", "Clara Vertraut-4725"
STREET = "Ring 4711"
DAY = "1961-07-23"


def serial(one):
    """What every change of an object changes; itself where it is only replaced as a whole."""
    if isinstance(one, Persistent):
        one._p_activate()
        return one._p_serial
    return one


def upload(name, content):
    return {"filename": f"{name}.pdf", "data": base64.b64encode(content + PDF).decode()}


class Estate:
    """A town, what it has for everybody, and Xaveria with all that is hers."""

    def __init__(self, portal, store):
        self.portal, self.store = portal, store
        # Beside others, so that pages about many have something to show.
        self.household = Household(portal, store)
        self.town = Town(portal)
        self.desk = appointments.make(
            portal, counters=2, horizon=30, wish_quiet_from="00:00", wish_quiet_until="00:00"
        )
        be_clerk(portal)
        transaction.commit()
        self.owner = Citizen(portal, "xaveria", NAME, email=EMAIL)
        self.owner.rest("@account-open", agreed=True, email=EMAIL, notify=True)
        transaction.begin()
        self.token, self.handle = self.owner.token, self.owner.handle
        self.account = records.opened(self.owner.user).id
        self.case = self._sent("nachweis/@form", ANSWER, FILENAME)
        self.draft = self._sent("nachweis/@form-draft", DRAFT, "entwurf")
        self._written()
        self._appointments()
        self._meter()
        self._authorisations()
        self.feed = self.owner.rest("@account-calendar", on=True).json()["url"]
        transaction.begin()

    def _sent(self, path, answer, filename):
        data = {"name": answer, "proof": upload(filename, CONTENT), "day": DAY}
        answer = self.owner.rest(path, data=data)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def _written(self):
        """The clerk has looked at the case and written about it; so has she."""
        transaction.begin()
        case = self.town.desk.case(self.case["number"])
        with api.env.adopt_roles([ROLE]):
            self.portal.portal_workflow.doActionFor(case, "start")
            document = Document(f"{ATTACHMENT}.pdf", "application/pdf", ATTACHED + PDF)
            messages.tell(case, LETTER, (document,), TEST_USER_ID, True)
        transaction.commit()
        sent = self.owner.rest("@case-message", number=self.case["number"], text=QUESTION)
        assert sent.status_code == 201, sent.text
        self.town.clerk.get(f"{self.town.url}/vorgaenge/{self.case['number']}")

    def _appointments(self):
        path = f"termine/{self.desk.getId()}"
        earliest = self.owner.get(f"{path}/@slots", service="reisepass")
        held = self.owner.rest(
            f"{path}/@holds", services=["reisepass"], start=earliest["earliest"]
        ).json()
        person = {"email": EMAIL, "phone": PHONE}
        answer = self.owner.rest(f"{path}/@bookings", hold=held["hold"], name=BOOKED, **person)
        assert answer.status_code == 201, answer.text
        self.booking = answer.json()
        answer = self.owner.rest(
            f"{path}/@wishes", services=["reisepass"], until=earliest["bookable_until"],
            name=WISHED, **person,
        )  # fmt: skip
        assert answer.status_code == 201, answer.text
        self.wish = answer.json()

    def _meter(self):
        number, now = new_number(PREFIX), self.household.now
        with self.store.writing() as connection:
            since = now - timedelta(days=30) // timedelta(milliseconds=1)
            found = claims.make(
                connection, KEY, number, seal_pin(new_pin()), since, TEST_USER_ID, now
            )
            claims.redeem(connection, number, self.account, now)
            for purpose, more in (
                (consents.OWN_USE, {}),
                (consents.COMPARISON, {"people": 2, "hot_water": False}),
            ):
                consents.grant(
                    connection, KEY, self.account, purpose, wording.CURRENT, "letter", now,
                    claim=found.id, **more,
                )  # fmt: skip
        self.claim = found
        accounts.take(number, self.account)
        transaction.commit()

    def _authorisations(self):
        """A code that waits, a business, and one that somebody else has given her."""
        day = (giving.today() + timedelta(days=30)).isoformat()
        self.code = self.owner.rest("@authorisations", kind="person", last_day=day).json()
        self.business = self.owner.rest(
            "@authorisations", kind="business", name=BUSINESS, last_day=day
        ).json()
        clara = Citizen(self.portal, "clara", ENTRUSTED)
        given = clara.rest("@authorisations", kind="person", last_day=day).json()
        sent = {"number": given["number"], "pin": given["pin"]}
        taken = self.owner.rest("@authorisation-accept", accept=True, **sent)
        assert taken.status_code == 200, taken.text
        self.received = taken.json()
        self.day = day

    def given_and_lost(self, other):
        """She has let somebody act for her, and ended it. Returns the authorisation's id."""
        given = self.owner.rest("@authorisations", kind="person", last_day=self.day).json()
        sent = {"number": given["number"], "pin": given["pin"]}
        assert other.rest("@authorisation-accept", accept=True, **sent).status_code == 200
        assert other.rest("@authorisation-act", id=given["id"]).status_code == 200
        assert self.owner.rest("@authorisation-end", id=given["id"]).status_code == 200
        return given["id"]

    @property
    def secrets(self):
        """What nobody else may read, by what it is."""
        feed = self.feed.rpartition("/")[2].removesuffix(".ics")
        return {
            "name": NAME, "e-mail": EMAIL, "answer": ANSWER, "draft": DRAFT, "question": QUESTION,
            "file name": FILENAME, "file": "Inhalt-4717", "message": LETTER,
            "attachment": ATTACHMENT, "attached": "Anlage-4720", "booking": BOOKED,
            "wish": WISHED, "telephone": "4723999", "business": BUSINESS, "giver": ENTRUSTED,
            "street": STREET, "meter": KEY, "birthday": DAY, "German birthday": "23.07.1961",
            "user": self.owner.user, "account": self.account, "token": self.token,
            "handle": self.handle, "feed": feed, "feed's hash": sha256(feed.encode()).hexdigest(),
            "seal": "hmac-sha256$", "case PIN": self.case["pin"], "booking PIN": self.booking["pin"],
            "code PIN": self.code["pin"], "authorisation": self.code["id"],
            "business's id": self.business["id"], "received": self.received["id"],
            **{f"number of a {kind}": number for kind, number in self.numbers.items()},
        }  # fmt: skip

    @property
    def numbers(self):
        """Her numbers by what they lead to."""
        return {
            "case": self.case["number"], "booking": self.booking["number"],
            "wish": self.wish["number"], "draft": self.draft["number"],
            "letter": self.claim.number, "code": self.code["number"],
        }  # fmt: skip

    def stored(self):
        """What changes when anybody changes anything of hers: serials of objects, and rows."""
        transaction.begin()
        case = self.town.desk.case(self.case["number"])
        record = records.opened(self.owner.user)
        draft = existing(self.portal, drafts.STORE)[self.draft["number"]]
        kept = bookings.existing(self.portal).engine
        found = {
            "case": case, "history": case.history, "messages": case.messages, "record": record,
            "draft": draft,
            **{f"booking {one.id}": one for one in kept.records(Booking)},
            **{f"wish {one.id}": one for one in kept.records(Wish)},
            **{f"authorisation {one.id}": one for one in authorisations.of_account(self.account)},
        }  # fmt: skip
        assert len(found) >= 10
        return {
            "serials": {name: serial(one) for name, one in found.items()},
            "state": (case.state, case.get_local_roles(), [str(one) for one in case.messages]),
            "numbers": accounts.numbers(self.account),
            "holders": {one: accounts.holders(one) for one in self.numbers.values()},
            "code": authorisations.sealed(self.code["number"])[1],
            "rows": self.rows(),
        }

    def rows(self):
        """Every row of every table, but for what counts how often something was done."""
        found = set()
        for path in Path(database.url().database).parent.glob("*.sqlite"):
            with contextlib.closing(sqlite3.connect(path)) as connection:
                names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
                for (table,) in names.fetchall():
                    if table in COUNTING:
                        continue
                    cursor = connection.execute(f'SELECT * FROM "{table}"')
                    columns = [column[0] for column in cursor.description]
                    for row in cursor:
                        values = dict(zip(columns, row, strict=True))
                        values.pop("seen", None)
                        found.add((table, str(values)))
        return found

    def letters(self):
        """(to, everything in it) of all mail that waits."""
        transaction.begin()
        for letter in outbox(self.portal).letters():
            mail = message_from_bytes(mail_of(letter), policy=default)
            texts = [part.get_content() for part in mail.walk() if not part.is_multipart()]
            yield letter.to, f"{mail['Subject']} {texts}"

    def close(self):
        sessions.end_site(self.portal.getId(), sessions.BUNDID)


#: How often something was done, from which address, and what has been used up.
COUNTING = ("rate_limits", "rate_limit_salts", "sign_in_boxes", "sign_in_used", "sqlite_sequence")
