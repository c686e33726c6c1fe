"""Why a session is cancelled, and which one it joins."""

from collections.abc import Sequence

from lms import dates
from lms.catalogue.models import CourseSession
from lms.forms import BooleanField, Choice, Form, SelectField, TextAreaField


class CancelSessionForm(Form):
    """Why it is called off."""

    why = TextAreaField(
        "Why it is cancelled",
        longest=300,
        rows=2,
        description="People read this in their letter, like “The trainer is ill.” Name nobody.",
    )


class MergeForm(Form):
    """Which session it joins."""

    into = SelectField("The session it joins", required="Select a session", empty="Select a session")
    other_course = BooleanField("It is of another course, and that is what I want")

    def __init__(self, session: CourseSession, others: Sequence[CourseSession]) -> None:
        super().__init__()
        self.into.choices = [
            Choice(
                one.reference,
                f"{dates.day(one.starts_at)}, {one.reference}"
                + ("" if one.course_id == session.course_id else f", {one.course.title}"),
            )
            for one in others
        ]
        if not any(one.course_id != session.course_id for one in others):
            del self.other_course
