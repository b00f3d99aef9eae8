"""A city in processes of its own: a database server with one site, and workers to start and kill."""

from contextlib import contextmanager
from kaarst.core.outbox.letters import Letter
from kaarst.core.outbox.writing import written
from pathlib import Path
from tests.ports import free_port
from ZEO.ClientStorage import ClientStorage
from ZODB.DB import DB

import os
import subprocess
import sys
import time
import transaction


ZEO_CONF = """
<zeo>
  address {var}/zeo.sock
</zeo>
<filestorage 1>
  path {var}/Data.fs
</filestorage>
"""

ZOPE_CONF = """
instancehome {home}
clienthome {var}/worker
<zodb_db main>
  mount-point /
  <zeoclient>
    server {var}/zeo.sock
    storage 1
    name zeostorage
    var {var}
  </zeoclient>
</zodb_db>
"""

# Plone whole takes seconds to load, and a worker that is only to be killed needs little of it.
LEAN = """
<configure
    xmlns="http://namespaces.zope.org/zope"
    xmlns:five="http://namespaces.zope.org/five"
    xmlns:meta="http://namespaces.zope.org/meta"
    >
  <include package="Products.Five" />
  <meta:redefinePermission from="zope2.Public" to="zope.Public" />
  <five:loadProducts file="meta.zcml" />
  <include package="zope.annotation" />
  <include package="plone.browserlayer" />
  <utility
      provides="kaarst.core.interfaces.IJob"
      factory="kaarst.core.outbox.delivery.SendMail"
      name="kaarst.core.mail"
      />
</configure>
"""

CREATE = """
import sys
from Zope2.Startup.run import configure_wsgi
configure_wsgi(sys.argv[1])
import transaction, Zope2
from AccessControl.SecurityManagement import newSecurityManager
from AccessControl.users import system
from kaarst.core.worker.sites import _request
from plone import api
from Products.CMFPlone.factory import addPloneSite
from ZPublisher.BaseRequest import RequestContainer
from zope.globalrequest import setRequest
app = Zope2.app()
request = _request(app)
app = app.__of__(RequestContainer(REQUEST=request))
request["PARENTS"] = [app]
setRequest(request)
newSecurityManager(None, system)
site = addPloneSite(app, "kaarst", setup_content=False, default_language="de",
                    extension_ids=["kaarst.core:default"])
for name, value in (("email_from_address", "rathaus@kaarst.example"),
                    ("smtp_host", "127.0.0.1"), ("smtp_port", int(sys.argv[2]))):
    api.portal.set_registry_record("plone." + name, value)
transaction.commit()
app._p_jar.close()
"""


class City:
    """One site named `kaarst`, whose mail goes to `mail_port` of the loopback."""

    def __init__(self, var: Path):
        self.var = var
        self.mail_port = free_port()
        self.config = var / "zope.conf"
        self.lean_config = var / "lean.conf"
        self.environment = {
            name: value
            for name, value in os.environ.items()
            if name not in ("KAARST_DATABASE", "KAARST_MAIL_DIRECTORY", "ZOPE_CONFIG")
        } | {"KAARST_VAR": str(var)}
        self.workers = []

    def __enter__(self):
        for folder in ("worker", "etc", "lean/etc"):
            (self.var / folder).mkdir(parents=True)
        (self.var / "lean" / "etc" / "site.zcml").write_text(LEAN)
        (self.var / "zeo.conf").write_text(ZEO_CONF.format(var=self.var))
        self.config.write_text(ZOPE_CONF.format(var=self.var, home=self.var))
        self.lean_config.write_text(ZOPE_CONF.format(var=self.var, home=self.var / "lean"))
        command = [Path(sys.executable).with_name("runzeo"), "-C", self.var / "zeo.conf"]
        self.zeo = subprocess.Popen(command, env=self.environment, stderr=subprocess.DEVNULL)
        try:
            self.run("-c", CREATE, self.config, self.mail_port)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *error):
        for process in [*self.workers, self.zeo]:
            process.kill()
            process.wait()

    def run(self, *arguments, **more):
        """Runs Python with the city's environment until it ends."""
        command = [sys.executable, *(str(argument) for argument in arguments)]
        return subprocess.run(command, env=self.environment, check=True, timeout=120, **more)

    def worker(self, *options, whole=False):
        """Starts a worker and waits until it is ready. `whole`: with all of Plone."""
        process = self.start(*options, whole=whole)
        for line in process.stderr:
            process.told.append(line)
            if "The worker is ready." in line:
                return process
        raise AssertionError("".join(process.told))

    def start(self, *options, whole=False):
        config = self.config if whole else self.lean_config
        command = [Path(sys.executable).with_name("kaarst-worker"), "--config", config]
        process = subprocess.Popen(
            [*command, *options], env=self.environment, stderr=subprocess.PIPE, text=True
        )
        process.told = []
        self.workers.append(process)
        return process

    @contextmanager
    def outbox(self):
        """The site's outbox; what is changed in it is committed."""
        db = DB(ClientStorage(str(self.var / "zeo.sock"), wait_timeout=20))
        manager = transaction.TransactionManager()
        try:
            with manager:
                site = db.open(manager).root()["Application"]._getOb("kaarst")
                yield site.__annotations__["kaarst.core.outbox"]
        finally:
            db.close()

    def write(self, *recipients: str) -> None:
        """Writes letters down."""
        with self.outbox() as box:
            for to in recipients:
                mail = written(to, "Betreff", "Text", domain="kaarst.example")
                box.add(Letter(to, "Betreff", mail.as_bytes(), mail["Message-ID"]))

    def wait_until_sent(self, seconds: float = 60) -> None:
        """Waits until no letter is left."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            with self.outbox() as box:
                if not box.letters():
                    return
            time.sleep(0.3)
        raise AssertionError("There are letters left.")
