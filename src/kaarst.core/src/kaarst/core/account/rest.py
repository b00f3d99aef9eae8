"""The account of who is asking, for other front ends: what stands in it, opening and ending it."""

from kaarst.core import _
from kaarst.core import reference
from kaarst.core.account import feed
from kaarst.core.account import holder
from kaarst.core.account import records
from kaarst.core.account import store
from kaarst.core.account.sections import agreed
from kaarst.core.account.sections import entries
from kaarst.core.account.sections import sealed
from kaarst.core.acting.seeing import reader
from kaarst.core.audit import readings_about
from kaarst.core.reference_lookup import guarded
from kaarst.core.rest import ApiError
from kaarst.core.rest import invalid
from kaarst.core.rest import JsonGet
from kaarst.core.rest import JsonPost
from kaarst.core.rest import texts
from plone.restapi.serializer.converters import json_compatible

import base64


def described() -> dict:
    """The account of who is asking, as JSON; without an account it has no sections."""
    account = store.current()
    record = records.by_id(account)
    return {
        "opened": bool(account),
        "number": record.number if record else None,
        "email": record.email if record else "",
        "notify": bool(record and record.notify),
        "calendar": feed.is_on(account),
        "proposed_email": holder.proposed_email(),
        "sections": [
            {
                "id": name,
                "title": section.title,
                "items": [
                    {
                        "number": entry.number,
                        "title": entry.title,
                        "state": entry.state,
                        "when": entry.when.isoformat(timespec="seconds"),
                        "todo": entry.todo,
                        "note": entry.note,
                        "due": entry.due.isoformat() if entry.due else None,
                    }
                    for entry in there
                ],
            }
            for name, section, there in (entries(account) if account else ())
        ],
        "consents": [
            {"title": one.title, "when": one.when.isoformat(timespec="seconds")}
            for one in (agreed(account) if account else ())
        ],
    }


def required() -> str:
    """The id of the account of who is asking. Raises ApiError 409 where none was opened."""
    account = store.current()
    if not account:
        raise ApiError(409, "NoAccount", _("You have not opened an account yet."))
    return account


class AccountGet(JsonGet):
    """What stands in the account: `sections: [{id, title, items}]`."""

    def handle(self):
        self.request.response.setHeader("Cache-Control", "no-store")
        return described()


class AccountOpenPost(JsonPost):
    """`{agreed, email, notify}`: opens the account (201), or changes where notices go (200)."""

    max_body = 10_000

    def handle(self, data):
        email, notify = data.get("email") or "", data.get("notify", False)
        errors = {}
        if not isinstance(email, str) or len(email) > 200:
            errors["email"] = _("This is not an e-mail address. It looks like name@example.org.")
        if not isinstance(notify, bool):
            errors["notify"] = _("Please answer with true or false.")
        is_new = not store.current()
        if is_new and data.get("agreed") is not True:
            errors["agreed"] = _("Please agree that this is kept.")
        if not errors:
            email, errors = holder.checked(email.strip(), notify)
        if errors:
            raise invalid(errors)
        holder.open_account(email, notify)
        return 201 if is_new else 200, described()


class AccountDeletePost(JsonPost):
    """`{sure: true}`: deletes the account of who is asking, with all that hangs on it."""

    max_body = 10_000

    def handle(self, data):
        if data.get("sure") is not True:
            raise invalid({"sure": _("Please confirm that the account is to be deleted.")})
        required()
        holder.delete_own(self.context)
        return 200, {"deleted": True}


class AccountExportPost(JsonPost):
    """Everything about who is asking: `items: [{kind, title, when, data, files}]`."""

    max_body = 10_000
    changes = False

    def handle(self, data):
        items = holder.exported(self.context, required())
        for one in items:
            one["when"] = one["when"].isoformat(timespec="seconds")
            one["data"] = json_compatible(one["data"])
            one["files"] = [
                {"filename": name, "encoding": "base64", "data": base64.b64encode(content).decode()}
                for name, content in one["files"]
            ]
        return 200, {"items": items}


class AccountCalendarPost(JsonPost):
    """`{on: true}` → `url` of the calendar, a new one each time; `{on: false}` ends it."""

    max_body = 10_000

    def handle(self, data):
        if not isinstance(data.get("on"), bool):
            raise invalid({"on": _("Please answer with true or false.")})
        required()
        record = holder.record()
        if data["on"]:
            return 201, {"url": feed.renew(record)}
        feed.revoke(record)
        return 200, {"url": None}


class AccountReadingsGet(JsonGet):
    """Who has looked at what stands in the account: departments, never names, and who acts for the
    holder."""

    def handle(self):
        self.request.response.setHeader("Cache-Control", "no-store")
        account = required()
        found = readings_about(store.numbers(account))
        return {
            "items": [
                {
                    "when": one.when.isoformat(timespec="seconds"),
                    "department": one.department,
                    "acting": reader(one.authorisation, account) if one.authorisation else None,
                    "kind": one.kind,
                    "number": one.number,
                }
                for one in found
            ]
        }


class AccountTakePost(JsonPost):
    """Number and PIN: brings a case, an appointment or a begun form into the account."""

    max_body = 10_000

    def handle(self, data):
        number, pin = texts(data, "number", "pin")
        account = required()
        guarded(self.request, number, pin, sealed)
        store.take(reference.normalise(number), account)
        return 200, described()


class AccountLeavePost(JsonPost):
    """Number: takes it out of the account; what it leads to stays, with number and PIN."""

    max_body = 10_000

    def handle(self, data):
        (number,) = texts(data, "number")
        store.leave(reference.normalise(number), required())
        return 200, described()
