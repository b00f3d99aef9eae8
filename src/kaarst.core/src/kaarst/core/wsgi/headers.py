"""Security headers for every answer and safe attributes for every cookie.

Done in the WSGI pipeline because some answers never reach Plone's own hooks: errors, redirects of
the virtual host monster, files served by the object publisher. In `wsgi.ini`::

    [pipeline:main]
    pipeline =
        egg:kaarst.core#security-headers
        egg:Zope#httpexceptions
        zope

`KAARST_CONNECT_SOURCES` names other origins, separated by spaces, that the pages' scripts may ask:
where a process of the town listens at an address of its own.
"""

from kaarst.core.wsgi import credentials

import os
import re


# No inline scripts anywhere, also not for editors. Inline styles are needed by TinyMCE and by
# Plone's toolbar; they cannot run code.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "media-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "frame-src 'self'",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    )
)

HEADERS = (
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "SAMEORIGIN"),
    ("Referrer-Policy", "strict-origin-when-cross-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
)

# Two years, as the preload lists of browsers ask for. Sent over HTTPS only (RFC 6797, 7.2).
STRICT_TRANSPORT_SECURITY = ("Strict-Transport-Security", "max-age=63072000; includeSubDomains")


#: An origin, RFC 6454, section 6.2; anything else could end the directive and begin another one.
ORIGIN = re.compile(r"https?://[\w.\[\]:-]+")


def policy(sources=""):
    """Return the Content-Security-Policy; ValueError for a source that is no origin."""
    for source in sources.split():
        if not ORIGIN.fullmatch(source):
            raise ValueError(f"KAARST_CONNECT_SOURCES: {source} is no origin like https://host")
    connect = " ".join(["connect-src 'self'", *sources.split()])
    return CONTENT_SECURITY_POLICY.replace("connect-src 'self'", connect)


def harden_cookie(value, secure):
    """Return the Set-Cookie `value` with HttpOnly and SameSite, over HTTPS also with Secure.

    Attributes that are there already are kept: who set `SameSite=Strict` meant it.
    """
    attributes = {part.split("=")[0].strip().lower() for part in value.split(";")[1:]}
    if "httponly" not in attributes:
        value += "; HttpOnly"
    if "samesite" not in attributes:
        value += "; SameSite=Lax"
    if secure and "secure" not in attributes:
        value += "; Secure"
    return value


class SecurityHeaders:
    """WSGI middleware: adds the headers that the application has not set itself."""

    def __init__(self, application, sources=""):
        self.application = application
        self.headers = (("Content-Security-Policy", policy(sources)), *HEADERS)

    def __call__(self, environ, start_response):
        secure = environ.get("wsgi.url_scheme") == "https"

        def start(status, headers, exc_info=None):
            # Zope notes who has signed in; the access log, outside of this, would keep it.
            environ.pop("REMOTE_USER", None)
            headers = [
                (name, harden_cookie(value, secure) if name.lower() == "set-cookie" else value)
                for name, value in headers
                if name.lower() not in ("x-powered-by", "server")
            ]
            present = {name.lower() for name, _ in headers}
            wanted = (*self.headers, STRICT_TRANSPORT_SECURITY) if secure else self.headers
            headers += [header for header in wanted if header[0].lower() not in present]
            return start_response(status, headers, exc_info)

        if not credentials.readable(environ):
            return credentials.refuse(start)
        return self.application(environ, start)


def security_headers(global_config, **local_config):
    """Paste's filter factory (entry point `security-headers`)."""
    sources = os.environ.get("KAARST_CONNECT_SOURCES", "")

    def made(application):
        return SecurityHeaders(application, sources)

    return made
