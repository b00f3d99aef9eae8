"""A Zope instance of its own for a measurement: one process, one thread, files, loopback."""

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
clienthome {home}/var
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
    <blobstorage>
        blob-dir {home}/var/blobstorage
        <filestorage>
            path {home}/var/Data.fs
        </filestorage>
    </blobstorage>
</zodb_db>
"""

WSGI_INI = """\
[server:main]
use = egg:waitress#main
listen = localhost:{port}
threads = {threads}
[app:zope]
use = egg:Zope#main
zope_conf = {home}/etc/zope.conf
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

    `threads` may be changed while it is not running.
    """

    threads = 1

    def __init__(self, home, bin=None, filters=()):
        self.home, self.bin = Path(home), Path(bin or Path(sys.executable).parent)
        self.port = free_port()
        for folder in ("etc", "var/blobstorage", "var/log", "cache"):
            (self.home / folder).mkdir(parents=True, exist_ok=True)
        etc = self.home / "etc"
        (etc / "zope.conf").write_text(ZOPE_CONF.format(home=self.home))
        self.filters = "".join(f"{name}\n    " for name in filters)
        (etc / "site.zcml").write_text(SITE_ZCML)

    def url(self, path=""):
        return f"http://localhost:{self.port}/{path}"

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
        """Time the running process has had the processor: other programs do not count in it."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    @contextlib.contextmanager
    def running(self, path=""):
        """Serve while the block runs; begins when `path` has answered."""
        ini = self.home / "etc" / "wsgi.ini"
        ini.write_text(
            WSGI_INI.format(
                home=self.home, port=self.port, filters=self.filters, threads=self.threads
            )
        )
        command = [self.bin / "runwsgi", ini]
        with (self.home / "var" / "log" / "process.log").open("wb") as log:
            process = subprocess.Popen(command, env=self._environment(), stdout=log, stderr=log)
        self.pid = process.pid
        try:
            for _ in range(1500):
                with contextlib.suppress(OSError):
                    urllib.request.urlopen(self.url(path), timeout=60).read()
                    break
                if process.poll() is not None:
                    raise RuntimeError(f"{command} ended; see {self.home}/var/log/process.log")
                time.sleep(0.2)
            else:
                raise RuntimeError(f"{command} does not answer")
            yield self
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(20)
