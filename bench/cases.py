"""Sixteen clients send forms for two minutes: cases beside collective.easyform's own SaveData.

`make bench ARGS=cases`, needs PostgreSQL. Each side in turn on a ZEO server and on PostgreSQL with
RelStorage, four web processes with two threads each, databases that wait for the disk. Ours runs
with its worker; half of its clients send the page and half REST. What is stored is counted in the
database at the end, not from the answers.

BENCH_SECONDS: how long each sending lasts (120).
"""

from bench.instances import environment
from bench.pages import STOCK
from bench.sending import JsonSender
from bench.sending import PageSender
from bench.sending import send
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from tests import parts
from tests.faults.city import City
from tests.faults.stores import PostgreSQLStore
from tests.faults.stores import ZEOStore
from tests.postgresql import Server

import os
import re
import statistics
import sys
import tempfile
import urllib.request


CLIENTS = 16
WEBS = 4
SECONDS = int(os.environ.get("BENCH_SECONDS", "120"))
GOAL = 1.5
PEER = ("collective.easyform", "RelStorage[postgresql]", "ZEO")
FORM = "barriere-melden"
FOUND_STOCK = """
import sys
from AccessControl.SecurityManagement import newSecurityManager
from AccessControl.users import system
from importlib.resources import files
from plone import api
from plone.distribution.api import site as sites
from zope.component.hooks import setSite
from zope.globalrequest import setRequest
from Zope2.Startup.run import make_wsgi_app
import re, Zope2, transaction
make_wsgi_app({}, sys.argv[1])
from Testing.makerequest import makerequest
app = makerequest(Zope2.app())
app.REQUEST["PARENTS"] = [app]
setRequest(app.REQUEST)
newSecurityManager(None, system)
answers = {"site_id": sys.argv[2], "title": "Stock", "default_language": "de",
           "portal_timezone": "Europe/Berlin", "setup_content": False}
site = sites.create(app, "classic", answers)
setSite(site)
site.portal_setup.runAllImportStepsFromProfile("profile-collective.easyform:default")
form = api.content.create(site, "EasyForm", id=sys.argv[3], title="Barriere melden",
                          fields_model=open(sys.argv[4]).read(), actions_model=open(sys.argv[5]).read())
api.content.transition(form, "publish")
transaction.commit()
"""
SAVE = """<model xmlns="http://namespaces.plone.org/supermodel/schema"><schema>
<field name="saver" type="collective.easyform.actions.SaveData"><title>Saver</title></field>
</schema></model>"""


class Kaarst(City):
    """Ours, with the worker beside the web processes."""

    title = "Kaarst"

    def start(self):
        super().start()
        self.start_worker()

    def senders(self):
        page = urllib.request.urlopen(self.url(FORM)).read().decode()
        version = re.search(r'name="form_version"\s+type="hidden"\s+value="(\d+)"', page)[1]
        fields = {"form_version": version, "send": "1"}
        for number in range(CLIENTS):
            # Both kinds of client go to all processes.
            port = self.webs[number // 2 % WEBS].port
            if number % 2:
                yield JsonSender(port, f"/{self.site_id}/{FORM}")
            else:
                path, thanks = f"/{self.site_id}/{FORM}", 'id="receipt"'
                yield PageSender(port, path, fields, "q_", thanks, "client_key")

    def stored(self):
        """How often each form is in the database, by its number."""
        with self.site() as site:
            cases = site._getOb("vorgaenge")._cases
            texts = (case.answers[0]["value"] for case in cases.values())
            return Counter(int(text.split(":")[0]) for text in texts)


class EasyForm(City):
    """A stock Plone with a form of collective.easyform that saves what is sent and does no more."""

    title = "easyform, SaveData"
    site_id = "stock"
    founding = FOUND_STOCK
    filters = ()
    #: What Zope does if nobody says otherwise.
    retries = 3

    def start(self):
        fields = self.home / "fields.xml"
        library = Path(__file__).parent.parent / "src/kaarst.services/src/kaarst/services/forms"
        own = re.compile(r'\s+kaarst:\w+="[^"]*"')
        fields.write_text(own.sub("", (library / f"library/{FORM}.xml").read_text()))
        (self.home / "actions.xml").write_text(SAVE)
        super().start()

    def founding_arguments(self):
        return [FORM, self.home / "fields.xml", self.home / "actions.xml"]

    def senders(self):
        for number in range(CLIENTS):
            address = self.webs[number % WEBS].url(FORM)
            page = urllib.request.urlopen(address).read().decode()
            fields = {"form.buttons.submit": "Submit"}
            token = re.search(r'name="_authenticator"[^>]*value="([^"]+)"', page)
            if token:
                fields["_authenticator"] = token[1]
            port, path = self.webs[number % WEBS].port, f"/{self.site_id}/{FORM}"
            yield PageSender(port, path, fields, "form.widgets.", "easyform-thankspage")

    def stored(self):
        """How often each form is in the database, by its number."""
        with self.site() as site:
            rows = site._getOb(FORM)._inputStorage["saver"].values()
            return Counter(int(row["barrier"].split(":")[0]) for row in rows)


class PatientEasyForm(EasyForm):
    """The same, with as many attempts for a request as ours has."""

    title = "easyform, 20 attempts"
    retries = City.retries


@dataclass
class Row:
    """One run."""

    side: str
    store: str
    outcome: object
    stored: Counter
    conflicts: int
    spent: float

    def cells(self):
        outcome, answered = self.outcome, self.outcome.answers
        seconds = [second for each in outcome.seconds.values() for second in each]
        failed = sum(n for status, n in outcome.statuses.items() if status not in (200, 201))
        refused = len(seconds) - failed - sum(len(receipts) for receipts in answered.values())
        lost = len(set(answered) - set(self.stored))
        double = sum(count > 1 for count in self.stored.values())
        return [
            self.store,
            self.side,
            f"{len(seconds):,}",
            f"{len(seconds) / outcome.took:.0f}",
            f"{statistics.median(seconds) * 1000:.0f}",
            f"{percentile(seconds) * 1000:.0f}",
            str(failed + refused),
            str(lost),
            f"{double} of {outcome.repeated:,}",
            str(self.conflicts),
            f"{self.spent / len(seconds) * 1000:.0f}",
        ]


def percentile(seconds, share=0.95):
    return sorted(seconds)[int(len(seconds) * share)]


def measure() -> str:
    """Runs every side on every store, and returns a section in Markdown."""
    programs = parts.postgresql()
    if programs is None:
        sys.exit("cases needs PostgreSQL (Debian package: postgresql)")
    rows = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        peer = environment(folder / "stock-environment", *STOCK, *PEER)
        EasyForm.python = peer / "python"
        for number, kind in enumerate((Kaarst, EasyForm, PatientEasyForm)):
            rows.append(run(kind, "ZEO", folder / f"zeo-{number}", ZEOStore()))
            server = Server(Path(programs), durable=True)
            try:
                store = PostgreSQLStore(server.url)
                rows.append(run(kind, "PostgreSQL", folder / f"postgresql-{number}", store))
            finally:
                server.close()
    return report(sorted(rows, key=lambda row: row.store, reverse=True))


def run(kind, where, home, store):
    """Founds a city of this kind, sends, counts and ends it."""
    home.mkdir()
    city = kind(home, webs=WEBS, store=store)
    try:
        city.start()
        senders = list(city.senders())
        # Every process has served a form before the clock runs.
        for number, sender in enumerate(senders):
            _status, receipt = sender.send(-1 - number)
            if receipt is None:
                raise RuntimeError(f"{kind.title} does not take the form: {_status}")
        before = spent(city)
        outcome = send(senders, SECONDS)
        used = spent(city) - before
        stored = city.stored()
        row = Row(kind.title, where, outcome, stored, conflicts(city), used)
    finally:
        city.stop()
    sys.stderr.write(f"{' | '.join(row.cells())}\n{dict(outcome.statuses)}\n")
    return row


def spent(city):
    """Seconds of processor time that the web processes have used."""
    ticks = 0
    for web in city.webs:
        fields = Path(f"/proc/{web.process.pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def conflicts(city):
    """How often a request was begun anew because another one had changed the same."""
    return len(re.findall(r"ConflictError", city.errors()))


def report(rows):
    head = [
        "store", "side", "sent", "a second", "median (ms)", "p95 (ms)", "5xx, no answer", "lost",
        "stored twice", "conflicts logged", "processor (ms)",
    ]  # fmt: skip
    ours = max(
        percentile([second for each in row.outcome.seconds.values() for second in each])
        for row in rows
        if row.side == Kaarst.title
    )
    lines = [
        f"## {CLIENTS} clients send forms for {SECONDS} seconds",
        "",
        f"{WEBS} web processes with two threads, on a ZEO server and on PostgreSQL with RelStorage, "
        "both waiting for the disk. The same questions on both sides. Ours makes a case with "
        "number, PIN, receipt, confirmation mail and history, with the worker running beside it, half "
        "of it by page and half by REST; easyform saves a row and does nothing else. Every fifth form is "
        "sent twice at the same moment. Lost: answered with thanks and not in the database; both are "
        "counted there. Processor: time of the web processes for one form. The rate counts until the "
        "last answer has come; a client gives up after five minutes.",
        "",
        f"Goal: none lost, none twice, no 5xx, p95 under {GOAL:.1f} s. Ours: {ours:.2f} s at most.",
        "",
        f"| {' | '.join(head)} |",
        f"| --- | --- |{' ---: |' * (len(head) - 2)}",
    ]
    lines += [f"| {' | '.join(row.cells())} |" for row in rows]
    load = os.getloadavg()[1]
    lines += ["", f"Load of the machine (5 minutes, at the end): {load:.1f}."]
    return "\n".join(lines) + "\n"
