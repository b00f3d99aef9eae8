"""Where a test's city keeps its content: behind a ZEO server, or in PostgreSQL by RelStorage."""

from pathlib import Path

import psycopg2.extensions
import sys
import ZODB.config


class ZEOStore:
    """A file behind a database server that is a process of its own."""

    section = """\
    <zeoclient>
        server {home}/database.sock
        storage 1
        blob-dir {home}/blobs
        shared-blob-dir on
        wait yes
    </zeoclient>"""

    def __init__(self):
        self.home = None

    def prepare(self, home):
        """Writes what the server needs. Returns its command."""
        self.home = Path(home)
        (self.home / "blobs").mkdir()
        configuration = self.home / "etc/zeo.conf"
        configuration.write_text(
            f"<zeo>\n  address {home}/database.sock\n</zeo>\n"
            f"<filestorage 1>\n  path {home}/Data.fs\n  blob-dir {home}/blobs\n</filestorage>\n"
        )
        return [sys.executable, "-m", "ZEO.runzeo", "-C", configuration]

    def for_zope(self, name):
        """The storage of the process `name`, as zope.conf has it."""
        return self.section.format(home=self.home)

    def open(self):
        """A ZODB.DB for looking only."""
        text = f"<zodb>\n{self.for_zope('look')}\n</zodb>"
        return ZODB.config.databaseFromString(text)


class PostgreSQLStore:
    """A database of a running server, by its URL; like instance/relstorage.cfg."""

    section = """\
    %import relstorage
    <relstorage>
        blob-dir {home}/blobs-{name}
        shared-blob-dir false
        cache-local-mb 512
        <postgresql>
            driver psycopg2
            dsn {dsn}
        </postgresql>
    </relstorage>"""

    def __init__(self, url):
        # RelStorage appends to the DSN, which an address does not bear.
        self.dsn = psycopg2.extensions.make_dsn(**psycopg2.extensions.parse_dsn(url))
        self.home = None

    def prepare(self, home):
        """There is no server to start but PostgreSQL's own."""
        self.home = Path(home)

    def for_zope(self, name):
        """The storage of the process `name`, as zope.conf has it."""
        return self.section.format(home=self.home, name=name, dsn=self.dsn)

    def open(self):
        """A ZODB.DB for looking only."""
        # The parser of a text takes no %import inside a section.
        head, section = self.for_zope("look").split("\n", 1)
        return ZODB.config.databaseFromString(f"{head.strip()}\n<zodb>\n{section}\n</zodb>")
