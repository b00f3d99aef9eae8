"""A Zope instance of its own for a measurement: files or a ZEO server, loopback."""

from pathlib import Path

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
import venv


ROOT = Path(__file__).resolve().parent.parent

ZOPE_CONF = """\
%define INSTANCE {home}
instancehome $INSTANCE
clienthome {home}/{client}
debug-mode off
default-zpublisher-encoding utf-8
<environment>
    CHAMELEON_CACHE {home}/cache
    zope_i18n_compile_mo_files true
    KAARST_VAR {home}/var
</environment>
<zodb_db main>
    cache-size 50000
    mount-point /
{storage}
</zodb_db>
"""
FILES = """\
    <blobstorage>
        blob-dir {home}/var/blobstorage
        <filestorage>
            path {home}/var/Data.fs
        </filestorage>
    </blobstorage>"""
CLIENT = """\
    <zeoclient>
        server {home}/zeo.sock
        storage 1
        blob-dir {home}/var/blobstorage
        shared-blob-dir on
        wait yes
    </zeoclient>"""
SERVER = """\
<zeo>
    address {home}/zeo.sock
</zeo>
<filestorage 1>
    path {home}/var/Data.fs
    blob-dir {home}/var/blobstorage
</filestorage>
"""

WSGI_INI = """\
[server:main]
use = egg:waitress#main
listen = localhost:{port}
threads = {threads}
[app:zope]
use = egg:Zope#main
zope_conf = {home}/etc/{conf}
[pipeline:main]
pipeline =
    {filters}egg:Zope#httpexceptions
    zope
"""

SITE_ZCML = """\
<configure xmlns="http://namespaces.zope.org/zope" xmlns:five="http://namespaces.zope.org/five">
  <include package="Products.Five" />
  <five:loadProducts file="meta.zcml" />
  <five:loadProducts />
  <five:loadProductsOverrides />
</configure>
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def environment(folder, *requirements):
    """Make a virtual environment in `folder` with `requirements`, pinned; return its bin folder.

    Installs with the uv that instance/prepare.py has put beside Python, or with one on the path.
    """
    venv.create(folder, symlinks=True)
    beside = Path(sys.executable).with_name("uv")
    uv = beside if beside.exists() else shutil.which("uv")
    if uv is None:
        raise RuntimeError("uv is missing: `make bench` installs it")
    install = (uv, "pip", "install", "-q", "-p", folder / "bin/python")
    subprocess.run([*install, "-c", ROOT / "constraints.txt", *requirements], check=True)
    return folder / "bin"


class Instance:
    """A Zope of the environment `bin` in the folder `home`; `filters` go before its application.

    `threads` and `webs`, the number of processes, may be changed while it is not running. More
    than one share the same data through a ZEO server, for which `bin` needs ZEO.
    """

    threads = webs = 1

    def __init__(self, home, bin=None, filters=()):
        self.home, self.bin = Path(home), Path(bin or Path(sys.executable).parent)
        self.ports = [free_port()]
        for folder in ("etc", "var/blobstorage", "var/log", "cache"):
            (self.home / folder).mkdir(parents=True, exist_ok=True)
        etc = self.home / "etc"
        self._configure("zope.conf", "var", FILES)
        self.filters = "".join(f"{name}\n    " for name in filters)
        (etc / "site.zcml").write_text(SITE_ZCML)

    def url(self, path="", web=0):
        return f"http://localhost:{self.ports[web]}/{path}"

    def _configure(self, name, client, storage):
        (self.home / client).mkdir(exist_ok=True)
        storage = storage.format(home=self.home)
        text = ZOPE_CONF.format(home=self.home, client=client, storage=storage)
        (self.home / "etc" / name).write_text(text)

    def script(self, code):
        """Run Python `code` with `app`, the root of the database; the code commits itself."""
        program = (
            "import Zope2\nfrom Zope2.Startup.run import configure_wsgi\n"
            f"configure_wsgi({str(self.home / 'etc/zope.conf')!r})\n"
            # Testing.* imported before the database is open would open an empty one.
            "app = Zope2.app()\nfrom Testing.makerequest import makerequest\n"
            "from zope.globalrequest import setRequest\n"
            "import transaction\napp = makerequest(app)\nsetRequest(app.REQUEST)\n"
            f"{code}\n"
        )
        subprocess.run([self.bin / "python", "-c", program], check=True, env=self._environment())

    def _environment(self):
        return {**os.environ, "KAARST_VAR": str(self.home / "var"), "PYTHONWARNINGS": "ignore"}

    def processor_seconds(self):
        """Time the processes have had a processor: other programs do not count in it."""
        ticks = 0
        for process in self.processes:
            fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    @contextlib.contextmanager
    def running(self, path=""):
        """Serve while the block runs; begins when `path` has answered everywhere."""
        self.processes = []
        self.ports += [free_port() for _web in range(self.webs - len(self.ports))]
        try:
            if self.webs > 1:
                (self.home / "etc/zeo.conf").write_text(SERVER.format(home=self.home))
                self._begin("zeo", "runzeo", "-C", self.home / "etc/zeo.conf")
            for web in range(self.webs):
                self._begin(f"web{web}", "runwsgi", self._server(web))
            for web in range(self.webs):
                self._wait(self.url(path, web))
            yield self
        finally:
            for process in reversed(self.processes):
                process.send_signal(signal.SIGTERM)
                process.wait(20)

    def _server(self, web):
        conf = "zope.conf"
        if self.webs > 1:
            conf = f"web{web}.conf"
            self._configure(conf, f"web{web}", CLIENT)
        ini = self.home / "etc" / f"wsgi{web}.ini"
        ini.write_text(
            WSGI_INI.format(
                home=self.home,
                conf=conf,
                port=self.ports[web],
                filters=self.filters,
                threads=self.threads,
            )
        )
        return ini

    def _begin(self, name, program, *words):
        command = [self.bin / program, *words]
        with (self.home / "var/log" / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(command, env=self._environment(), stdout=log, stderr=log)
        self.processes.append(process)

    def _wait(self, url):
        for _ in range(1500):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(url, timeout=60).read()
                return
            if any(process.poll() is not None for process in self.processes):
                raise RuntimeError(f"a process ended; see {self.home}/var/log")
            time.sleep(0.2)
        raise RuntimeError(f"{url} does not answer")
