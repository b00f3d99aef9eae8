"""A whole city for tests and measurements: a database and web processes as production has them.

Everything is a process of its own on loopback with its data in a temporary directory, so that it
can be killed and started again.
"""

from contextlib import contextmanager
from pathlib import Path
from tests.faults.stores import ZEOStore
from tests.ports import free_port

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request


SITE = "kaarst"
ZOPE_CONF = """\
%define INSTANCE {home}
instancehome $INSTANCE
clienthome {home}/{name}
debug-mode off
default-zpublisher-encoding utf-8
max-conflict-retries {retries}
<environment>
    CHAMELEON_CACHE {home}/cache
    zope_i18n_compile_mo_files true
    KAARST_VAR {home}
    KAARST_MAIL_DIRECTORY {home}/mail
    KAARST_RATE_FACTOR 1000
</environment>
<zodb_db main>
    cache-size 50000
    mount-point /
{storage}
</zodb_db>
"""
WSGI_INI = """\
[server:main]
use = egg:waitress#main
listen = localhost:{port}
threads = 2
[app:zope]
use = egg:Zope#main
zope_conf = {home}/etc/{name}.conf
[pipeline:main]
pipeline =
    {filters}egg:Zope#httpexceptions
    zope
{sections}"""
SITE_ZCML = """\
<configure xmlns="http://namespaces.zope.org/zope" xmlns:five="http://namespaces.zope.org/five">
  <include package="Products.Five" />
  <five:loadProducts file="meta.zcml" />
  <five:loadProducts />
  <five:loadProductsOverrides />
</configure>
"""
FOUND = """
import sys
from importlib import import_module
from kaarst.policy.create import _application
from kaarst.policy.create import create
from kaarst.policy.demo import later
from kaarst.services.forms.library import make_form
from plone import api
from zope.component.hooks import setSite
import transaction

app = _application(sys.argv[1])
demo = "demo" in sys.argv[3:]
create(app, sys.argv[2], "Kaarst", demo, print)
site = app[sys.argv[2]]
setSite(site)
if demo:
    # As after the worker's first round.
    later.make(site)
else:
    with api.env.adopt_roles(["Manager"]):
        make_form(site, "barriere-melden")
    site.manage_permission("plone.restapi: Use REST API", ["Anonymous"], acquire=1)
if ":" in sys.argv[-1]:
    module, name = sys.argv[-1].split(":")
    getattr(import_module(module), name)(site)
transaction.commit()
"""
# Runs a program whose clock is so many days ahead.
AHEAD = """
import datetime, runpy, sys, time_machine
day = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=float(sys.argv[1]))
time_machine.travel(day, tick=True).start()
sys.argv = sys.argv[2:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def ahead(days, command):
    """The command, told that it is `days` later."""
    return [sys.executable, "-c", AHEAD, str(days), *command] if days else command


class Web:
    """One web process; its clock may be some days ahead of everybody else's."""

    def __init__(self, city, name, days=0):
        self.city, self.name, self.process, self.days = city, name, None, days
        self.port = free_port()
        home = city.home
        (home / name).mkdir()
        city.configure(name)
        filters = "".join(f"{name}\n    " for name in city.filters)
        (home / f"etc/{name}.ini").write_text(
            WSGI_INI.format(
                home=home, name=name, port=self.port, filters=filters, sections=city.sections
            )
        )

    def url(self, path=""):
        return f"http://localhost:{self.port}/{self.city.site_id}/{path}"

    def start(self):
        """Starts, and waits until a page has been answered."""
        log = (self.city.home / f"{self.name}.log").open("a")
        ini = self.city.home / f"etc/{self.name}.ini"
        command = ahead(self.days, [self.city.python.with_name("runwsgi"), ini])
        self.process = self.city.begin(command, log)
        patience = time.monotonic() + 240
        while time.monotonic() < patience:
            try:
                urllib.request.urlopen(self.url(), timeout=60).read()
                answered = True
            except urllib.error.HTTPError:
                answered = True
            except OSError:
                answered = False
            # Another program may have taken the port meanwhile, and answer in its place.
            if self.process.poll() is not None:
                raise RuntimeError(Path(log.name).read_text()[-3000:])
            if answered:
                return
            time.sleep(0.1)
        raise RuntimeError(f"{self.name} does not answer")

    def kill(self):
        """What a power cut or the kernel does: no goodbye."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(20)


class City:
    """A town in a database (`demo`: with the demo content) and web processes that serve it.

    `furnish` ("module:function") is called with the new site, to put there what a test wants.
    `store`: one of tests.faults.stores, if not a ZEO server.
    """

    site_id = SITE
    python = Path(sys.executable)
    founding = FOUND
    filters = ("egg:kaarst.core#security-headers",)
    #: Of a web process's configuration: what `filters` names and no package has.
    sections = ""
    #: As buildout.cfg has it.
    retries = 20

    def __init__(self, home, webs=2, demo=False, furnish="", store=None, environment=None):
        self.home, self.demo, self.furnish = Path(home), demo, furnish
        self.environment = environment or {}
        self.processes = []
        for folder in ("etc", "cache", "mail"):
            (self.home / folder).mkdir()
        (self.home / "etc/site.zcml").write_text(SITE_ZCML)
        self.store = store or ZEOStore()
        self._server = self.store.prepare(self.home)
        self.webs = [Web(self, f"web{number}") for number in range(1, webs + 1)]

    def configure(self, name):
        text = ZOPE_CONF.format(
            home=self.home, name=name, retries=self.retries, storage=self.store.for_zope(name)
        )
        (self.home / f"etc/{name}.conf").write_text(text)

    def begin(self, command, log):
        environment = {**os.environ, "PYTHONWARNINGS": "ignore", **self.environment}
        environment.pop("KAARST_DATABASE", None)
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        self.processes.append(process)
        return process

    def start(self):
        if self._server:
            self.begin(self._server, (self.home / "zeo.log").open("w"))
        found = (self.home / "found.log").open("w")
        founding = [self.python, "-c", self.founding, self.home / "etc/web1.conf", self.site_id]
        founding += self.founding_arguments()
        if self.begin(founding, found).wait(240):
            raise RuntimeError((self.home / "found.log").read_text()[-3000:])
        for web in self.webs:
            web.start()

    def founding_arguments(self):
        """What the founding program is told beside configuration and id of the site."""
        return ["demo"] * self.demo + [self.furnish] * bool(self.furnish)

    def url(self, path=""):
        return self.webs[0].url(path)

    def later(self, days):
        """The web process for which it is `days` later; started when it is first asked for."""
        for web in self.webs:
            if web.days == days:
                return web
        web = Web(self, f"web{len(self.webs) + 1}", days)
        self.webs.append(web)
        web.start()
        return web

    def start_worker(self):
        """Begins the worker, which then does what is due beside the web processes."""
        (self.home / "worker").mkdir(exist_ok=True)
        self.configure("worker")
        command = [self.python.with_name("kaarst-worker"), "--config"]
        log = (self.home / "worker.log").open("w")
        return self.begin([*command, self.home / "etc/worker.conf"], log)

    def work(self, *jobs, days=0):
        """Has a worker do these jobs once, as if it were `days` later, and waits for its end."""
        (self.home / "worker").mkdir(exist_ok=True)
        self.configure("worker")
        program = Path(sys.executable).with_name("kaarst-worker")
        command = [program, "--config", self.home / "etc/worker.conf", "--once"]
        command += [option for job in jobs for option in ("--only", job)]
        with (self.home / "worker.log").open("a") as log:
            if self.begin(ahead(days, command), log).wait(120):
                raise RuntimeError((self.home / "worker.log").read_text()[-3000:])

    def stop(self):
        for process in self.processes:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in self.processes:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(20)

    @contextmanager
    def site(self):
        """The site as it lies in the database now; for looking only."""
        db = self.store.open()
        connection = db.open()
        try:
            yield connection.root()["Application"]._getOb(self.site_id)
        finally:
            connection.close()
            db.close()

    def errors(self):
        """What the web processes have logged about requests that failed."""
        return "\n".join((self.home / f"{web.name}.log").read_text() for web in self.webs)
