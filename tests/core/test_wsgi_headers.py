"""Every answer leaves with the security headers, every cookie with its attributes."""

from kaarst.core.wsgi.headers import security_headers
from webtest import TestApp as Client

import pytest


def application(*headers):
    def answer(environ, start_response):
        start_response("200 OK", [("Content-Type", "text/plain"), *headers])
        return [b"ok"]

    return Client(security_headers({})(answer))


def test_scripts_come_from_this_site_only():
    policy = application().get("/").headers["Content-Security-Policy"]
    directives = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert directives["script-src"] == "'self'"
    assert directives["object-src"] == "'none'"
    assert directives["frame-ancestors"] == "'self'"


def test_scripts_may_ask_further_origins_of_the_town(monkeypatch):
    monkeypatch.setenv(
        "KAARST_CONNECT_SOURCES", "http://localhost:8090 https://live.kaarst.example"
    )
    policy = application().get("/").headers["Content-Security-Policy"]
    assert "; connect-src 'self' http://localhost:8090 https://live.kaarst.example;" in policy
    monkeypatch.setenv("KAARST_CONNECT_SOURCES", "https://a.example; script-src *")
    with pytest.raises(ValueError, match="no origin"):
        application()


def test_what_the_application_set_stays():
    answer = application(("content-security-policy", "default-src 'none'")).get("/")
    assert answer.headers.getall("Content-Security-Policy") == ["default-src 'none'"]


@pytest.mark.parametrize(
    ("scheme", "cookie", "expected"),
    [
        ("http", "__ac=x; Path=/", "__ac=x; Path=/; HttpOnly; SameSite=Lax"),
        ("https", "__ac=x; Path=/", "__ac=x; Path=/; HttpOnly; SameSite=Lax; Secure"),
        ("https", "a=b; httponly; samesite=Strict; secure", None),
    ],
)
def test_cookies_are_hardened(scheme, cookie, expected):
    client = application(("Set-Cookie", cookie))
    answer = client.get("/", extra_environ={"wsgi.url_scheme": scheme})
    assert answer.headers.getall("Set-Cookie") == [expected or cookie]


def test_only_https_promises_https():
    assert "Strict-Transport-Security" not in application().get("/").headers
    over_https = application().get("/", extra_environ={"wsgi.url_scheme": "https"})
    assert over_https.headers["Strict-Transport-Security"].startswith("max-age=")


def test_the_server_does_not_advertise_itself():
    answer = application(("X-Powered-By", "Zope"), ("Server", "waitress")).get("/")
    assert not {"X-Powered-By", "Server"} & set(answer.headers)


@pytest.mark.parametrize(
    ("credentials", "status"),
    [
        ("Basic YWRtaW46c2VjcmV0", 200),
        ("Basic", 200),
        ("Bearer \u00e9", 200),
        ("Basic \u00e9", 400),
        ("Basic /////w==", 400),
        ("basic YWRtaW4", 400),
        ("Basic YWRtaW4=", 400),
    ],
)
def test_credentials_that_cannot_be_read_are_refused(credentials, status):
    answer = application().get("/", headers={"Authorization": credentials}, expect_errors=True)
    assert answer.status_int == status
    assert "Content-Security-Policy" in answer.headers
