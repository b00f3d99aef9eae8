"""What a page must pass before anybody looks at its answers: where it comes from, how many come, a trap."""

from dataclasses import dataclass
from kaarst.core import ratelimit
from kaarst.core.rest import ApiError
from kaarst.core.rest.services import check_origin
from kaarst.services import _


HOUR = 3600
# A field that people do not see and that programs like to fill in.
HONEYPOT = "homepage_url"
FOREIGN = _("This form was sent from another website. Please send it once more.")
TRAPPED = _(
    "message_honeypot",
    "The field that is to stay empty was filled in. Please send this once more.",
)


@dataclass(frozen=True)
class Refusal:
    """Why a page is not looked at: an HTTP status and a message for who sent it."""

    status: int
    message: object


def refusal(context, request, counter, limit, too_many):
    """A Refusal, or None. Counts the page.

    `counter`: names what is counted for each address, at most `limit` an hour; `too_many`: called
    with the seconds to wait, makes the message. Sets `Retry-After` where one has to wait.
    """
    try:
        check_origin(context, request)
        ratelimit.hit(f"{counter}:{ratelimit.client(request)}", limit, HOUR)
    except ApiError:
        return Refusal(403, FOREIGN)
    except ratelimit.TooManyRequests as error:
        request.response.setHeader("Retry-After", str(error.retry_after))
        return Refusal(429, too_many(error.retry_after))
    return Refusal(400, TRAPPED) if request.form.get(HONEYPOT) else None
