"""A calendar server on loopback that answers what a test puts down, right or wrong."""

from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from http.server import ThreadingHTTPServer

import threading


class Handler(BaseHTTPRequestHandler):
    def reply(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        self.server.asked.append((self.command, self.path, body))
        status, text, headers = self.server.answers.pop(0)
        self.send_response(status)
        for name, value in {"Content-Length": len(text), **headers}.items():
            self.send_header(name, str(value))
        self.end_headers()
        self.wfile.write(text)

    do_GET = do_PUT = do_DELETE = do_PROPFIND = do_REPORT = reply

    def log_message(self, *args):
        pass


class Answers:
    """`asked`: (method, path, body) of each request."""

    def __init__(self, server):
        self.server = server
        self.asked = server.asked
        self.address = f"http://127.0.0.1:{server.server_port}/dav/dienst/"

    def put(self, status, text="", **headers):
        """The next answer that is not yet put down."""
        known = {name.replace("_", "-"): value for name, value in headers.items()}
        self.server.answers.append((status, text.encode(), known))

    def multistatus(self, *parts, token=""):
        """Parts of an answer 207: (name, what stands in it)."""
        found = "".join(
            f"<response><href>/dav/dienst/{name}</href>{rest}</response>" for name, rest in parts
        )
        token = f"<sync-token>{token}</sync-token>" if token else ""
        names = 'xmlns="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"'
        self.put(207, f"<multistatus {names}>{found}{token}</multistatus>")


@contextmanager
def running():
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.answers, server.asked = [], []
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield Answers(server)
        finally:
            server.shutdown()
            thread.join()


def state(text):
    return f"<status>HTTP/1.1 {text}</status>"


def prop(text, answer="200 OK"):
    return f"<propstat><prop>{text}</prop>{state(answer)}</propstat>"


def data(text):
    return prop(f"<c:calendar-data>{text}</c:calendar-data>")


def etag(text):
    return prop(f"<getetag>{text}</getetag>")
