"""The access log, without what in an address is a secret.

Calendar programs know no other secret than the address they subscribe to, so it must not stand in
a log. In `wsgi.ini` it takes the place of `egg:Paste#translogger`, with the same options::

    [filter:accesslog]
    use = egg:kaarst.core#accesslog
"""

from paste.translogger import TransLogger

import re


#: Addresses of which only the beginning is told.
SECRET = re.compile(r"/(appointments-feed|my-town-calendar)/[^/?\s\"]+")


def without_secrets(text: str) -> str:
    """An address as the log has it."""
    return SECRET.sub(r"/\1/(secret)", text)


class AccessLog(TransLogger):
    """Paste's log of requests, one line each."""

    def write_log(self, environ, method, req_uri, start, status, bytes):
        """Writes the line; what was asked for and where the reader came from name no secrets."""
        told = dict(environ)
        if "HTTP_REFERER" in told:
            told["HTTP_REFERER"] = without_secrets(told["HTTP_REFERER"])
        super().write_log(told, method, without_secrets(req_uri), start, status, bytes)


def access_log(global_config, **options):
    """Paste's filter factory (entry point `accesslog`). `setup_console_handler`: as of Paste."""
    console = str(options.pop("setup_console_handler", "true")).lower() not in ("false", "no", "0")

    def made(application):
        return AccessLog(application, setup_console_handler=console, **options)

    return made
