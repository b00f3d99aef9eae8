"""Which begun form a browser comes back to after signing in.

The cookie holds what a page would carry: number and key of the draft. It is sent to this form only.
"""

from kaarst.core.signin import current
from kaarst.services.forms.drafts import store
from urllib.parse import urlsplit


def name(request) -> str:
    """The cookie's name; over HTTPS no page without HTTPS can set it."""
    return f"{'__Secure-' if current.is_secure(request) else ''}kaarst-form"


def remember(form, request, draft) -> None:
    """Lasts as long as what was kept. SameSite is Lax: one comes back from the provider by a link."""
    request.response.setCookie(
        name(request),
        draft.handle,
        path=_path(form),
        max_age=int(store.PASSING_LIFETIME.total_seconds()),
        http_only=True,
        same_site="Lax",
        secure=current.is_secure(request),
    )


def draft_of(form, request):
    """The draft that this browser has left here, or None."""
    draft = store.by_handle(form, request.cookies.get(name(request)))
    return None if draft is None or draft.sent else draft


def forget(form, request) -> None:
    """Nothing is left here any more."""
    if name(request) in request.cookies:
        request.response.expireCookie(name(request), path=_path(form))


def _path(form) -> str:
    return urlsplit(form.absolute_url()).path or "/"
