"""Base classes of the city's REST services."""

from AccessControl import getSecurityManager
from kaarst.core import _
from kaarst.core.idempotency import Answers
from kaarst.core.idempotency import InvalidKey
from kaarst.core.idempotency import KeyReused
from kaarst.core.ratelimit import TooManyRequests
from kaarst.core.reference import InvalidNumber
from kaarst.core.rest.body import read_json
from kaarst.core.rest.errors import ApiError
from kaarst.core.rest.errors import invalid
from kaarst.core.rest.language import language
from kaarst.core.rest.language import translated
from kaarst.core.stores import ANSWERS
from kaarst.core.stores import store
from plone import api
from plone.caching.interfaces import IRulesetLookup
from plone.rest.interfaces import ICORSPolicy
from plone.restapi.services import Service
from plone.transformchain.interfaces import DISABLE_TRANSFORM_REQUEST_KEY
from Products.CMFCore.permissions import View
from urllib.parse import urlsplit
from zExceptions import NotFound
from zExceptions import Unauthorized
from zope.component import adapter
from zope.component import queryMultiAdapter
from zope.interface import implementer
from zope.interface import Interface

import transaction


class ApiService(Service):
    """Turns what `answer` raises into the agreed errors and rolls the request back then.

    ApiError as it says; NotFound 404; TooManyRequests 429 with Retry-After; InvalidNumber 400
    beside the field `number`. i18n messages in answers are translated after Accept-Language.
    Who may not see the context gets 401, whatever permission the service has: a permission that
    everybody has in the whole site (to send a form) says nothing of a form that is hidden.
    """

    def answer(self) -> tuple[int, dict]:
        """Returns status and body. To be implemented."""
        raise NotImplementedError

    def reply(self):
        if not getSecurityManager().checkPermission(View, self.context):
            raise Unauthorized(self.__name__)
        try:
            status, body = self.answer()
        except ApiError as error:
            return self._refused(error)
        except NotFound:
            return self._refused(
                ApiError(404, "NotFound", _("Nothing was found. Please check what you entered."))
            )
        except TooManyRequests as error:
            message = _(
                "Too many attempts. Please try again in ${seconds} seconds.",
                mapping={"seconds": error.retry_after},
            )
            headers = {"Retry-After": str(error.retry_after)}
            return self._refused(ApiError(429, "TooManyRequests", message, headers=headers))
        except InvalidNumber:
            wrong = {"number": _("This number is incomplete or mistyped.")}
            return self._refused(invalid(wrong))
        self.request.response.setStatus(status)
        return translated(body, language(self.request))

    def _refused(self, error: ApiError) -> dict:
        # Answered, so nothing raises: what was changed before the refusal has to go as well.
        transaction.doom()
        response = self.request.response
        response.setStatus(error.status)
        response.setHeader("Cache-Control", "no-store")
        for name, value in error.headers.items():
            response.setHeader(name, value)
        body = {"type": error.type, "message": error.message, **error.more}
        if error.errors:
            body["errors"] = error.errors
        return translated(body, language(self.request))


class JsonGet(ApiService):
    """A service that reads. Implement `handle`."""

    def handle(self) -> dict:
        """Returns the body of a 200. May raise what ApiService turns into errors."""
        raise NotImplementedError

    def answer(self):
        return 200, self.handle()


class JsonPost(ApiService):
    """A service that takes a JSON object. Implement `handle`.

    Refuses other media types (415), larger bodies (413), what is not a JSON object (400), and
    browsers that come from a foreign site (403). With an `Idempotency-Key` the first answer of
    status 2xx is given again for a day, with `Idempotency-Replayed: true`; the same key with
    another body is refused (422). Refusals are not kept: nothing happened, so one may try again.

    `max_body`: bytes. `changes`: False for a service that only looks something up; then nothing
    is kept and asking again is simply asking again.
    """

    max_body = 1_000_000
    changes = True

    def handle(self, data: dict) -> tuple[int, dict]:
        """Returns a status 2xx and the body (JSON values, i18n messages).

        May run twice when the request conflicts with another one; what leaves the house by then
        cannot be taken back, so send mail with kaarst.core.outbox.
        """
        raise NotImplementedError

    def answer(self):
        # It is neither a page to be given a theme nor anything to be kept: each of those looks it
        # over. With them plone.protect's look for a form's token is off (it is one of them): the
        # body's type makes browsers ask before they send it from another site, and the origin is
        # checked, so a token would add nothing.
        self.request.environ[DISABLE_TRANSFORM_REQUEST_KEY] = True
        self.request.response.setHeader("Cache-Control", "no-store")
        check_origin(self.context, self.request)
        data = read_json(self.request, self.max_body)
        key = self.request.getHeader("Idempotency-Key")
        if key is None or not self.changes:
            return self.handle(data)
        try:
            return self._once(key, data)
        except InvalidKey:
            raise ApiError(
                400,
                "InvalidIdempotencyKey",
                _("An Idempotency-Key has 16 to 128 visible ASCII characters."),
            ) from None
        except KeyReused:
            raise ApiError(
                422,
                "IdempotencyKeyReused",
                _("This Idempotency-Key was used for another request."),
            ) from None

    def _once(self, key: str, data: dict) -> tuple[int, dict]:
        answers = store(api.portal.get(), ANSWERS, Answers)
        scope = f"{getSecurityManager().getUser().getId() or ''}\0{self._path()}"
        kept = answers.recall(key, scope, data)
        if kept is not None:
            self.request.response.setHeader("Idempotency-Replayed", "true")
            return kept
        status, body = self.handle(data)
        body = translated(body, language(self.request))
        answers.keep(key, scope, data, status, body)
        return status, body

    def _path(self) -> str:
        return f"{'/'.join(self.context.getPhysicalPath())}/{self.__name__}"


@implementer(IRulesetLookup)
@adapter(JsonPost, Interface)
class NotCached:
    """What is sent has no caching rule; to find that out takes Plone a tenth of a short request."""

    def __init__(self, published, request):
        """Both as plone.caching has them."""

    def __call__(self) -> None:
        return None


def check_origin(context, request) -> None:
    """Raises ApiError 403 for a browser whose page is neither this site's nor allowed by CORS.

    Clients that are no browsers send no Origin.
    """
    origin = request.getHeader("Origin")
    if not origin or request.getHeader("Sec-Fetch-Site") == "same-origin":
        return
    own = {_origin(request.get("SERVER_URL", "")), _origin(api.portal.get().absolute_url())}
    if origin.lower() in own:
        return
    policy = queryMultiAdapter((context, request), ICORSPolicy)
    if policy is not None and (origin in policy.allow_origin or policy.allow_origin == ["*"]):
        return
    raise ApiError(403, "ForbiddenOrigin", _("This website may not send requests here."))


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()
