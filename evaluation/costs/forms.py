"""What is typed about costs and budgets."""

from collections.abc import Sequence
from typing import Any

from wtforms import ValidationError

from evaluation.costs.models import BudgetColumn, BudgetSide, CostKind
from evaluation.costs.operations import Said
from evaluation.costs.rules import read_sum
from evaluation.improvement.screened import ScreenedForm
from lms.catalogue.models import Course
from lms.errors import RuleBroken
from lms.forms import (
    BooleanField,
    Choice,
    DateField,
    FileField,
    FilterForm,
    Form,
    RadiosField,
    SelectField,
    TextAreaField,
    TextField,
)


def is_a_sum(_form: Form, field: TextField) -> None:
    """Can this be read as pounds?"""
    try:
        read_sum(field.data or "")
    except RuleBroken as rule:
        raise ValidationError(str(rule)) from None


class CostForm(ScreenedForm):
    """One cost, of one session, of a course, or of a commission: the fields of the other two are taken off."""

    screened = ("note", "source")

    session = TextField(
        "Reference of the session",
        required="Enter the reference of the session",
        longest=40,
        description="For example, NEG-2024-07.",
    )
    sessions = TextAreaField(
        "References of the sessions it covers",
        required="Enter the references of the sessions, one on each line",
        longest=4000,
        rows=4,
        description="One on each line. The cost is shared between them in equal parts.",
    )
    course = SelectField("Which course?", empty="Choose a course", required="Choose a course")
    first = DateField("From which day?", called="the first day", required="Enter the first day")
    last = DateField(
        "Until which day?", called="the last day", required="Enter the last day", description="This day is counted too."
    )
    kind = RadiosField(
        "What was it for?", [Choice(one.value, one.label) for one in CostKind], required="Choose what it was for"
    )
    in_kind = BooleanField("It was given in kind: nobody paid it, and this is its value")
    sum = TextField("How much, in pounds?", [is_a_sum], required="Enter a sum in pounds, like 50 or 35.50", longest=16)
    dated = DateField(
        "Of which day?",
        called="the day",
        required="Enter the day",
        description="The day of the invoice, or of the session.",
    )
    source = TextField(
        "Where is the sum from?",
        required="Enter where the sum is from",
        longest=200,
        description="For example, the number of an invoice, or how the value was worked out.",
    )
    note = TextAreaField("Note", longest=400, rows=2)
    why = TextAreaField(
        "Why is it corrected?", required="Enter why it is corrected. It is kept with your name", longest=400, rows=2
    )

    def __init__(self, scope: str, courses: Sequence[Course] = (), **kwargs: Any) -> None:
        super().__init__(**kwargs)
        kept = {"session": ("session",), "commission": ("sessions",), "course": ("course", "first", "last")}
        for name in {"session", "sessions", "course", "first", "last", "why"} - set(kept.get(scope, ("why",))):
            del self[name]
        if scope == "course":
            self.course.choices = [Choice(one.code, f"{one.code}, {one.title}") for one in courses]

    def said(self) -> Said | None:
        """What is said of the cost; None where something of it is missing."""
        if not self.dated.data or not self.kind.data:
            return None
        return Said(
            kind=CostKind(self.kind.data),
            pence=read_sum(self.sum.data or ""),
            dated=self.dated.data,
            source=self.source.data or "",
            in_kind=bool(self.in_kind.data),
            note=self.note.data or "",
        )

    def references(self) -> list[str]:
        """The references of the sessions as typed, each once."""
        typed = self.session.data if "session" in self else self.sessions.data
        return list(dict.fromkeys((typed or "").replace(",", " ").upper().split()))


class BudgetForm(ScreenedForm):
    """One sum of a budget."""

    screened = ("heading", "source")

    side = RadiosField(
        "Money in or out?", [Choice(one.value, one.label) for one in BudgetSide], required="Choose income or expenses"
    )
    column = RadiosField(
        "Planned, or what it came to?",
        [Choice(one.value, one.label) for one in BudgetColumn],
        required="Choose planned or actual",
    )
    heading = TextField("Heading", required="Enter the heading", longest=120, description="For example, Training.")
    sum = TextField("How much, in pounds?", [is_a_sum], required="Enter a sum in pounds, like 19300", longest=16)
    is_total = BooleanField("This is a total somebody stated: compare it with the rows, and do not add it")
    source = TextField("Where is the sum from?", longest=200)


class BudgetCorrectionForm(ScreenedForm):
    """Another sum in the place of one of the budget."""

    screened = ("source", "why")

    sum = TextField("How much, in pounds?", [is_a_sum], required="Enter a sum in pounds, like 19300", longest=16)
    source = TextField("Where is the sum from?", longest=200)
    why = TextAreaField(
        "Why is it corrected?", required="Enter why it is corrected. It is kept with your name", longest=400, rows=2
    )


class BudgetFileForm(Form):
    """A budget as a file."""

    file = FileField("CSV file", required="Choose the file")


class YearForm(FilterForm):
    """Which year a budget is for."""

    year = TextField("Which financial year?", longest=7, description="Like 2024-25.")
