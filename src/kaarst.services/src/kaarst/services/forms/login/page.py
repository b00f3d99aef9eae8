"""What the page of a form does about logins: the level it needs, away to sign in, and back.

What was typed is kept meanwhile as a draft without a PIN, which only this browser comes back to.
"""

from functools import cached_property
from kaarst.core.places.contact import phone_url
from kaarst.core.signin import current
from kaarst.core.signin import settings
from kaarst.core.signin.levels import Level
from kaarst.core.signin.levels import TITLES
from kaarst.core.signin.levels import WAYS
from kaarst.core.town import town
from kaarst.services.forms import prefill
from kaarst.services.forms.drafts import store as drafts
from kaarst.services.forms.login import cookie
from kaarst.services.forms.login import demand


#: The buttons, and the field with which a page carries what was kept.
SIGN_IN = "sign_in"
EMPTY = "empty_form"
KEPT = "kept"


class WithLogin:
    """Mixed into FormView."""

    #: Whether it stands here again after signing in.
    is_back = False

    @cached_property
    def needed(self):
        """The Level that is needed here; none for clerks who fill it in and for previews."""
        if self.on_behalf or self.is_preview:
            return Level.NONE
        return demand.needed(self.context)

    @cached_property
    def lacking(self):
        """Whether who is asking is signed in too low, or not at all."""
        return current.level(self.request) < self.needed

    @cached_property
    def passing(self):
        """What was kept while somebody signed in, if this page carries it; or None."""
        found = drafts.by_handle(self.context, self.request.form.get(KEPT))
        return found if found is not None and found.passing else None

    @property
    def begun(self):
        """What this page goes on with: a saved draft, what was kept, or None."""
        return self.draft or self.passing

    def come_back(self):
        """Takes up what this browser left here when it went to sign in."""
        if self.on_behalf or self.is_preview:
            return
        found = cookie.draft_of(self.context, self.request)
        if found is not None:
            self.__dict__["passing" if found.passing else "draft"] = found
            self.is_back = True

    def fill_in_known(self):
        """What the login vouches for takes the place of what was typed; the rest fills gaps."""
        for name, known in self.known.items():
            if known.trust == prefill.VERIFIED or self.raw.get(name) in (None, ""):
                self.raw[name] = prefill.typed(self.asked.questions[name], known)

    def leave(self):
        """Keeps what was typed and leads to the sign-in; or the page again, with a message."""
        self.raw = self.read()
        if not self.lacking:
            self._take_held()
            self.fill_in_known()
            return self.form_template()
        self.keep(passing=self.draft is None)
        if self.begun is None or self.errors or self.message:
            return self.form_template()
        cookie.remember(self.context, self.request, self.begun)
        return self.request.response.redirect(
            demand.door(self.needed, self.context.absolute_url()), status=303
        )

    def begin_anew(self):
        """Forgets what was kept."""
        if self.passing is not None:
            drafts.drop(self.passing)
        cookie.forget(self.context, self.request)
        return self.request.response.redirect(self.context.absolute_url(), status=303)

    def settle_passing(self):
        """It was sent, or saved with a PIN."""
        if self.passing is not None:
            drafts.settle(self.passing)
        if not self.on_behalf:
            cookie.forget(self.context, self.request)

    # For the template

    def needed_title(self):
        return self.translate(TITLES[self.needed])

    def needed_way(self):
        return self.translate(WAYS[self.needed])

    def present_title(self):
        """The level one has; empty for visitors."""
        found = current.session(self.request)
        return self.translate(TITLES[found.level]) if found is not None else ""

    def can_sign_in(self):
        return settings.enabled()

    def help_url(self):
        return demand.help_url()

    def phone(self):
        """`{text, url}` of the switchboard, or None."""
        number = town().phone
        return {"text": number, "url": phone_url(number)} if number else None
