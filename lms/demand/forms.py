"""What people type about demand."""

from collections.abc import Sequence
from typing import Any

from lms.catalogue.models import CourseSession
from lms.dates import when
from lms.forms import Choice, Form, NumberField, RadiosField, SelectField, TextAreaField, TextField


class InterestForm(Form):
    """Tell me when there is a new date."""

    wish = TextField(
        "What would suit you?",
        longest=200,
        description="Such as mornings, online, or after half-term. You can leave it empty.",
    )


class AskForm(Form):
    """A session at one's own place."""

    where = RadiosField(
        "For whom is it?",
        [
            Choice("own", "My own school or agency"),
            Choice("outside", "An organisation outside the area", reveals="outside_name"),
        ],
        required="Select for whom it is",
        default="own",
    )
    outside_name = TextField("Name of the organisation", longest=200)
    people = NumberField(
        "About how many people would come?", required="Enter about how many people would come", least=1, most=1000
    )
    wish = TextAreaField(
        "When and where would suit?",
        longest=500,
        rows=4,
        description="Days, times, the room, and anything the trainer should know.",
    )


class AnswerForm(Form):
    """Yes, with the session they get; or no, with the reason."""

    answer = RadiosField(
        "What is the answer?",
        [
            Choice("agree", "They get a session", reveals="session"),
            Choice("decline", "It cannot be done"),
        ],
        required="Select an answer",
    )
    session = SelectField("Which session?", empty="Choose a session", coerce=str)
    words = TextAreaField(
        "What else should they read?", longest=500, rows=4, description="Needed where it cannot be done."
    )

    def __init__(self, sessions: Sequence[CourseSession], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.session.choices = [
            Choice(one.reference, f"{one.reference}, {when(one.starts_at, one.ends_at)}") for one in sessions
        ]


class WithdrawForm(Form):
    """We no longer want it."""
