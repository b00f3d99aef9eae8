"""What tests of the metering's pages need: content, a register, and a page that is asked for."""

from kaarst.metering.interfaces import IKaarstMeteringLayer
from kaarst.metering.store import registers
from plone import api
from plone.protect.authenticator import createToken
from zope.component import getMultiAdapter
from zope.globalrequest import setRequest
from zope.interface import alsoProvides


def building(page, title="Rathaus", **values):
    return api.content.create(page, "Building", title=title, **{"area": 6200, **values})


def meter(container, title="Strom", medium="electricity", **values):
    return api.content.create(container, "Meter", title=title, medium=medium, **values)


def register(store, key, device="tasmota:eg", channel="SML.Total_in", **values):
    with store.writing() as connection:
        return registers.create(connection, key, "1-0:1.8.0", device, channel, "kWh", **values)


def ask(content, name, method="GET", **form):
    """Calls a page as a browser would; returns (page as text, status, where it leads)."""
    request = content.REQUEST.clone()
    alsoProvides(request, IKaarstMeteringLayer)
    request.set("LANGUAGE", "de")
    request.environ["HTTP_ACCEPT_LANGUAGE"] = "de"
    request.method = request.environ["REQUEST_METHOD"] = method
    request.form.update(form)
    setRequest(request)
    if method == "POST":
        request.form["_authenticator"] = createToken()
    text = getMultiAdapter((content, request), name=name)()
    setRequest(content.REQUEST)
    response = request.response
    target = response.getHeader("Location") if response.getStatus() in (301, 302, 303) else None
    return text, response.getStatus(), target


def send(content, name, step, **form):
    return ask(content, name, "POST", step=step, **form)
