"""How the times of a desk are given out: ahead, released later, drawn by lot, to who waits."""

from kaarst.appointments import _
from kaarst.appointments.desks import choices
from kaarst.appointments.desks.times import valid_time
from plone.supermodel import model
from zope import schema


class IGivingTimes(model.Schema):
    """Part of the schema of a desk."""

    model.fieldset(
        "release",
        label=_("Release"),
        description=_(
            "help_release",
            default="A part of each day can be held back and released later, at a time everybody knows.",
        ),
        fields=["ahead", "release_days", "release_time", "release_by", "release_draw", "draw_time"],
    )
    ahead = schema.Int(
        title=_("Percent of a day that can be booked ahead"), min=0, max=100, default=100
    )
    release_days = schema.Int(
        title=_("The rest is released so many days before"),
        description=_("help_release_days", default="0: on the day itself."),
        min=0,
        max=60,
        default=0,
    )
    release_time = schema.TextLine(
        title=_("Time of the release"), default="07:30", constraint=valid_time, required=False
    )
    release_by = schema.Choice(
        title=_("What is held back"), vocabulary=choices.RELEASES, default="blocks"
    )

    release_draw = schema.Bool(
        title=_("Draw the rest by lot"),
        description=_(
            "help_release_draw",
            default="Then those take part who have asked until the day before the release. What is left "
            "after the draw is released at the time above.",
        ),
        default=False,
        required=False,
    )
    draw_time = schema.TextLine(
        title=_("On the day before the release one can take part until"),
        default="18:00",
        constraint=valid_time,
        required=False,
    )

    model.fieldset(
        "wishes",
        label=_("Wish list"),
        description=_(
            "help_wishes",
            default="Who waits for an earlier time is offered what becomes free, one after the other. "
            "The rules stand on a page for everyone.",
        ),
        fields=[
            "wish_list",
            "wish_answer",
            "wish_notice",
            "wish_unanswered",
            "wish_quiet_from",
            "wish_quiet_until",
        ],
    )
    wish_list = schema.Bool(
        title=_("Citizens can wait for an earlier time"),
        description=_("help_wish", default="Who waits already is served in any case."),
        default=True,
        required=False,
    )
    wish_answer = schema.Int(
        title=_("Minutes to answer an offer"),
        description=_(
            "help_wish_answer", default="For so long a freed time is kept for one person."
        ),
        min=5,
        max=1440,
        default=120,
    )
    wish_notice = schema.Int(
        title=_("Minutes between the answer and the appointment at least"),
        min=0,
        max=1440,
        default=60,
    )
    wish_unanswered = schema.Int(
        title=_("Offers without an answer after which a wish ends"), min=1, max=20, default=2
    )
    wish_quiet_from = schema.TextLine(
        title=_("At night the time to answer does not run: from"),
        default="21:00",
        constraint=valid_time,
        required=False,
    )
    wish_quiet_until = schema.TextLine(
        title=_("until"), default="07:00", constraint=valid_time, required=False
    )
