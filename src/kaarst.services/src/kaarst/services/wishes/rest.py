"""`@service-wishes` and its companions: the list and voting, for other front ends."""

from kaarst.core.proof.service import prove
from kaarst.core.rest import ApiError
from kaarst.core.rest import invalid
from kaarst.core.rest import JsonGet
from kaarst.core.rest import JsonPost
from kaarst.core.rest import texts
from kaarst.services import _
from kaarst.services.wishes import listing
from kaarst.services.wishes import page
from kaarst.services.wishes import voting
from kaarst.services.wishes.ranking import LONGEST_TEXT
from kaarst.services.wishes.ranking import LONGEST_TITLE
from kaarst.services.wishes.ranking import STATES
from kaarst.services.wishes.store import AlreadyVoted
from kaarst.services.wishes.store import make_store
from plone import api


def described(wish) -> dict:
    """A wish as it stands in answers."""
    return {
        "id": wish.id,
        "kind": wish.kind,
        "title": wish.title,
        "description": wish.description,
        "url": wish.url or None,
        "state": wish.state,
        "note": wish.note,
        "votes": wish.votes,
    }


class ServiceWishesGet(JsonGet):
    """The list; nothing about who voted."""

    def handle(self):
        voting.require_seen(self.context)
        items = [described(wish) for wish in listing.wishes(self.context)]
        return {
            "@id": f"{self.context.absolute_url()}/@service-wishes",
            "open": listing.is_open(),
            "items_total": len(items),
            "items": items,
        }


class ServiceWishesPost(JsonPost):
    """`{"wish", "token", "proof"}` → a vote. The token of the first answer belongs to all later votes."""

    max_body = 10_000

    def handle(self, data):
        voting.require_seen(self.context)
        (id,) = texts(data, "wish")
        who = voting.voter(self.context, data.get("token"))
        self._prove(who, id, data.get("proof"))
        try:
            voting.vote(self.context, self.request, id, who)
        except AlreadyVoted:
            raise ApiError(409, "AlreadyVoted", page.ALREADY) from None
        except voting.Closed:
            raise ApiError(409, "AlreadyOnline", page.CLOSED) from None
        votes = listing.wish(self.context, id).votes
        return 201, {"wish": id, "votes": votes, "token": who.token or None}

    def _prove(self, who, id, proof):
        if who.group != voting.STAFF:
            prove(voting.guard(self.request), proof, f"{who.key}|{id}")


class ServiceWishWithdraw(JsonPost):
    """Takes a vote back: `{"wish", "token"}`."""

    max_body = 10_000

    def handle(self, data):
        voting.require_seen(self.context)
        (id,) = texts(data, "wish")
        who = voting.voter(self.context, data.get("token"))
        return 200, {"withdrawn": voting.withdraw(self.context, id, who)}


class ServiceWishPropose(JsonPost):
    """An idea of the staff: `{"title", "description"}`."""

    max_body = 10_000

    def handle(self, data):
        (title,) = texts(data, "title", limit=LONGEST_TITLE)
        description = _text(data, "description")
        id = make_store(self.context).propose(" ".join(title.split()), description)
        return 201, described(listing.wish(self.context, id))


class ServiceWishState(JsonPost):
    """What the town says: `{"wish", "state", "note"}`; or `{"open": true}` for the list."""

    max_body = 10_000

    def handle(self, data):
        if "open" in data:
            if not isinstance(data["open"], bool):
                raise invalid({"open": _("Please send true or false.")})
            api.portal.set_registry_record(listing.OPEN, data["open"])
            return 200, {"open": data["open"]}
        id, state = texts(data, "wish", "state")
        if state not in STATES:
            raise invalid({"state": _("There is none of this name.")})
        page.decide(self.context, id, state, _text(data, "note"))
        return 200, described(listing.wish(self.context, id))


def _text(data, name) -> str:
    """An optional text. Raises ApiError 400."""
    text = data.get(name, "")
    if not isinstance(text, str) or len(text) > LONGEST_TEXT:
        raise invalid({name: _("At most ${count} characters.", mapping={"count": LONGEST_TEXT})})
    return text.strip()
