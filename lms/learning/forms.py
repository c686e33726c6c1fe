"""What people say of training they had elsewhere, and the answer to it."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from wtforms.validators import ValidationError

from lms.catalogue.models import Course
from lms.files import EVIDENCE, MOST_BYTES
from lms.forms import Choice, DateField, FileField, FilterForm, Form, HiddenField, SelectField, TextAreaField, TextField
from lms.learning.models import PastLearning
from lms.learning.record import EntryKind, Record

ENDINGS = ", ".join(kind.ending for kind in EVIDENCE)


def read_hours(typed: str | None) -> float | None:
    """Hours as people write them: 3, 2.5 or 2,5. None for nothing; ValueError for what is no number."""
    text = (typed or "").replace(",", ".").removesuffix("hours").removesuffix("hour").strip()
    return float(text) if text else None


class PastForm(Form):
    """Something learned elsewhere."""

    title = TextField("What was the training?", required="Enter what the training was", longest=200)
    provider = TextField(
        "Who gave it? (optional)", longest=200, description="Such as your employer then, or another partnership."
    )
    done_on = DateField(
        "When did you finish it?", called="the day you finished it", required="Enter the day you finished it"
    )
    hours = TextField("How many hours was it? (optional)", longest=10)
    participatory_hours = TextField(
        "How many of these hours were with other people? (optional)",
        longest=10,
        description="Taught live or in a group, not alone at a screen. Some rules ask for it.",
    )
    expires_on = DateField(
        "Until when is it valid? (optional)", called="the last day", description="Only where its certificate says so."
    )
    course = SelectField("Is it one of our courses? (optional)", empty="No, or I do not know", validate_choice=False)
    evidence = FileField("Its certificate, or what else shows it (optional)")

    def __init__(self, *, courses: Iterable[Course], past: PastLearning | None = None, **kwargs: Any) -> None:
        super().__init__(obj=past, **({"data": _typed(past)} if past else {}), **kwargs)
        self.course.choices = [Choice(str(course.id), course.title) for course in courses]
        self.evidence.render_kw = {"accept": ",".join(f".{kind.ending}" for kind in EVIDENCE)}
        self.evidence.description = (
            f"{ENDINGS}; up to {MOST_BYTES // 1_000_000} MB. Nothing about a child or a family may be in it: "
            "leave such pages out."
        )
        self.numbers: dict[str, float | None] = {}

    def validate_hours(self, field: TextField) -> None:
        """A number."""
        self._read(field)

    def validate_participatory_hours(self, field: TextField) -> None:
        """A number."""
        self._read(field)

    def _read(self, field: Any) -> None:
        try:
            self.numbers[field.name] = read_hours(field.data)
        except ValueError:
            raise ValidationError("Enter a number of hours, like 3 or 2.5") from None

    @property
    def day(self) -> date:
        """The day it was done, of a form that was found right."""
        if self.done_on.data is None:
            raise LookupError("the form was not found right")
        return self.done_on.data


def _typed(past: PastLearning) -> dict[str, Any]:
    """An entry as its boxes show it."""
    hours = {name: getattr(past, name) for name in ("hours", "participatory_hours")}
    return {name: "" if value is None else f"{value:g}" for name, value in hours.items()} | {
        "course": str(past.course_id or "")
    }


class Answer(Form):
    """Yes; or no, and why."""

    reason = TextAreaField(
        "Why not?",
        longest=300,
        rows=3,
        description="They will read it, and can change the entry and send it again.",
    )
    #: What was on the page: see queries.fingerprint.
    seen = HiddenField()


class Narrow(FilterForm):
    """Which part of a record."""

    year = SelectField("Year", empty="All years")
    kind = SelectField("Kind", [Choice(kind.value, kind.label) for kind in EntryKind], empty="Everything")

    def offer(self, record: Record) -> "Narrow":
        """The years there is something of."""
        self.year.choices = [Choice(str(year), str(year)) for year in record.years]
        self.year.data, self.kind.data = str(record.year or ""), record.kind.value if record.kind else ""
        return self
