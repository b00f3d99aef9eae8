"""Refuses what cannot be read as user name and password, before Zope stumbles over it.

Zope decodes HTTP Basic credentials while it looks for the user, and answers what is no base64, no
UTF-8 or has no colon with an error of its own (500). It is the client's (RFC 7617): 400.
"""

import base64
import binascii


def readable(environ) -> bool:
    """Whether the credentials of a WSGI request can be decoded; other schemes are not looked at."""
    sent = environ.get("HTTP_AUTHORIZATION", "")
    if sent[:6].lower() != "basic ":
        return True
    try:
        plain = base64.b64decode(sent.split()[-1]).decode("utf-8")
    except (binascii.Error, ValueError):
        return False
    return ":" in plain


def refuse(start_response):
    """Answers 400."""
    body = b"The credentials of this request cannot be read.\n"
    headers = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body)))]
    start_response("400 Bad Request", headers)
    return [body]
