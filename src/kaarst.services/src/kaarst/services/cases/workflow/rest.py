"""`GET /@case-workflows` and `POST /@case-workflow`: workflows for those who build front ends for editors."""

from kaarst.core.rest import invalid
from kaarst.core.rest import JsonGet
from kaarst.core.rest import JsonPost
from kaarst.core.rest.language import language
from kaarst.services import _
from kaarst.services.cases.rest import refused
from kaarst.services.cases.workflow import definitions
from kaarst.services.cases.workflow import editing
from kaarst.services.cases.workflow import naming
from kaarst.services.cases.workflow.plan import OPTIONAL
from kaarst.services.cases.workflow.plan import RESTRICTABLE


#: What a state and a transition may be sent with, and of which type.
STATE = {"title": str, "meaning": str, "mail": bool, "tasks": list}
TRANSITION = {"title": str, "groups": list}
WRONG = _("This is not what the description of the interface says.")


class CaseWorkflowsGet(JsonGet):
    """All workflows of cases, and the steps that may be added."""

    def handle(self):
        return {
            "items": [described(definitions.read(id)) for id in definitions.ids()],
            "options": list(OPTIONAL),
            "groups": [{"id": id, "title": title} for id, title in editing.clerk_groups().items()],
        }


class CaseWorkflowPost(JsonPost):
    """With `id`: changes a workflow; with `like` and `title`: makes a copy."""

    def handle(self, data):
        if "like" in data:
            return 201, self._copy(data)
        id = data.get("id")
        if not isinstance(id, str) or id not in definitions.ids():
            raise refused("id", _("There is no such workflow."))
        old, spoken = definitions.read(id), language(self.request)
        plan = editing.plan_of(old, _checked(data, old), spoken)
        errors = editing.errors(plan, spoken)
        if errors:
            raise invalid(errors)
        definitions.write(plan)
        return 200, described(definitions.read(id))

    def _copy(self, data):
        like, title = data["like"], data.get("title")
        if not isinstance(like, str) or like not in definitions.ids():
            raise refused("like", _("There is no such workflow."))
        if wrong := editing.wrong_name(title if isinstance(title, str) else ""):
            raise refused("title", wrong)
        id = definitions.new_id(title)
        definitions.write(definitions.read(like).copy(id, title.strip()))
        return described(definitions.read(id))


def _checked(data, old):
    """`data`, if its parts are of the right types; else raises ApiError."""
    if not isinstance(data.get("title", ""), str):
        raise refused("title", WRONG)
    options = data.get("options", [])
    if not _are_texts(options) or set(options) - set(OPTIONAL):
        raise refused("options", WRONG)
    for part, known, kinds in (
        ("states", old.state_ids, STATE),
        ("transitions", old.transition_ids, TRANSITION),
    ):
        sent = data.get(part, {})
        if not isinstance(sent, dict) or set(sent) - set(known):
            raise refused(part, WRONG)
        for id, values in sent.items():
            if not isinstance(values, dict) or not all(
                name in kinds
                and isinstance(value, kinds[name])
                and (kinds[name] is not list or _are_texts(value))
                for name, value in values.items()
            ):
                raise refused(f"{part}.{id}", WRONG)
    return data


def _are_texts(value):
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def described(plan):
    """A plan as JSON, with the words in force."""
    return {
        "id": plan.id,
        "title": plan.title,
        "options": sorted(plan.options),
        "states": {
            id: {
                "title": naming.title(plan, id, clerk=True),
                "meaning": plan.state(id).meaning,
                "mail": plan.state(id).mail,
                "tasks": list(plan.state(id).tasks),
            }
            for id in plan.state_ids
        },
        "transitions": {
            id: {
                "title": naming.button(plan, id),
                "groups": list(plan.transition(id).groups),
                "restrictable": id in RESTRICTABLE,
            }
            for id in plan.transition_ids
        },
    }
