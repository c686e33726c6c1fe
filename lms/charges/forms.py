"""What is typed about charges."""

from collections.abc import Sequence
from typing import Any

from wtforms import ValidationError

from lms.catalogue.models import Course, CourseSession
from lms.charges.models import ChargeKind, Length
from lms.charges.rules import read_pounds
from lms.errors import RuleBroken
from lms.forms import Choice, DateField, Form, NumberField, SelectField, TextAreaField, TextField
from lms.organisations.models import Sector


def is_a_sum(_form: Form, field: TextField) -> None:
    """Can this be read as pounds?"""
    try:
        read_pounds(field.data or "")
    except RuleBroken as rule:
        raise ValidationError(str(rule)) from None


class WaiveForm(Form):
    """They need not pay, and why."""

    why = TextAreaField(
        "Why is it waived?", required="Enter the reason. It is kept with your name", longest=300, rows=3
    )


class RuleForm(Form):
    """A rule of charging. What is left open holds for all."""

    kind = SelectField(
        "What is charged for?",
        [Choice(kind.value, kind.label) for kind in ChargeKind],
        empty="Choose what for",
        required="Choose what is charged for",
    )
    sum = TextField(
        "How much, in pounds?",
        [is_a_sum],
        required="Enter a sum in pounds, like 50 or 35.50",
        longest=12,
        description="0 for those who pay nothing.",
    )
    length = SelectField("For which length?", [Choice(one.value, one.label) for one in Length], empty="Any length")
    sector_id = SelectField("For which sector?", empty="Every sector")
    course_id = SelectField("For which course?", empty="Every course")
    turnover_from = NumberField("Turnover from, in pounds a year", most=10**9)
    turnover_below = NumberField("Turnover below, in pounds a year", most=10**9)
    valid_from = DateField("From which day?", called="the day it begins", required="Enter the day it begins")

    def __init__(self, sectors: Sequence[Sector], courses: Sequence[Course], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.sector_id.choices = [Choice(str(one.id), one.name) for one in sectors]
        self.course_id.choices = [Choice(str(one.id), f"{one.code}, {one.title}") for one in courses]


class EndForm(Form):
    """The last day of a rule."""

    last = DateField("What is its last day?", called="its last day", required="Enter its last day")


class CreditForm(Form):
    """Free places for who lent a trainer."""

    session = SelectField("Which session?", empty="Choose a session", required="Choose a session")
    places = NumberField(
        "How many free places?", required="Enter how many places are free", least=1, most=50, default=1
    )

    def __init__(self, taught: Sequence[tuple[CourseSession, int, str]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.session.choices = [
            Choice(f"{session.id}:{person_id}", f"{session.reference}, {name}") for session, person_id, name in taught
        ]


class TurnoverForm(Form):
    """One organisation's turnover."""

    pounds = NumberField(
        "Turnover in pounds a year", most=2_000_000_000, description="Leave it empty where it is not known."
    )


class SettingForm(Form):
    """Turn charging on or off."""
