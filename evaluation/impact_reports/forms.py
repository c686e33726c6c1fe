"""What officers fill in about impact reports: which one, its words, and who gets it by letter."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import ClassVar

from evaluation.impact.annual import check_period
from evaluation.impact_reports.models import Every
from evaluation.impact_reports.narrative import SECTIONS
from evaluation.impact_reports.scopes import ScopeKind, period_key
from evaluation.improvement.screened import ScreenedForm
from lms.errors import RuleBroken
from lms.forms import (
    Choice,
    DateField,
    FilterForm,
    Form,
    HiddenField,
    RadiosField,
    SelectField,
    TextAreaField,
    TextField,
)
from lms.organisations.models import PartnershipGroup

#: The longest a section may be.
LONGEST = 4000


class ChooseScope(FilterForm):
    """What a report is about. Without JavaScript every list stands open; the one of the chosen kind counts."""

    about = RadiosField(
        "What is it about?",
        [
            Choice("action", "An action", reveals="action"),
            Choice("recommendation", "A recommendation", reveals="recommendation"),
            Choice("priority", "A priority of the delivery plan", reveals="priority"),
            Choice("course", "A course", reveals="course"),
            Choice("session", "A session", reveals="session"),
            Choice("agency", "An agency or school", reveals="agency"),
        ],
        required="Choose what the report is about",
    )
    action = SelectField("Action", empty="Choose an action")
    recommendation = SelectField("Recommendation", empty="Choose a recommendation")
    priority = SelectField("Priority", empty="Choose a priority")
    course = SelectField("Course", empty="Choose a course")
    session = TextField("Reference of the session", longest=40)
    agency = SelectField("Agency or school", empty="Choose an agency or school")

    def __init__(self, choices: Mapping[ScopeKind, Sequence[tuple[str, str]]]) -> None:
        super().__init__()
        for kind, listed in choices.items():
            self[kind.value].choices = [Choice(key, words) for key, words in listed]
            self[kind.value].validate_choice = False

    def chosen(self) -> tuple[str, str] | None:
        """The kind and the key that were chosen; otherwise what is wrong stands beside the field."""
        if not self.validate() or not self.about.data:
            return None
        kind = self.about.data
        key = (self[kind].data or "").strip()
        if not key:
            self.refuse(f"Choose {'a session' if kind == 'session' else 'one from the list'}", kind)
            return None
        return kind, key


class ChoosePeriod(FilterForm):
    """Any period, from a day to a day, both included."""

    first = DateField("First day", called="the first day", required="Enter the first day")
    last = DateField("Last day", called="the last day", required="Enter the last day")

    def key(self, today: date) -> str | None:
        """The key of the period typed, where one can be counted; otherwise what is wrong stands beside the fields."""
        if not self.validate() or self.first.data is None or self.last.data is None:
            return None
        try:
            check_period(self.first.data, self.last.data, today)
        except RuleBroken as no:
            self.refuse(str(no), "first" if self.first.data > today else "last")
            return None
        return period_key(self.first.data, self.last.data)


class Words(ScreenedForm):
    """The words of a report, section by section; figures stand in them as placeholders."""

    screened: ClassVar[tuple[str, ...]] = tuple(SECTIONS)

    short = TextAreaField(SECTIONS["short"], longest=LONGEST, rows=4, required="Say in short what the report says")
    wanted = TextAreaField(SECTIONS["wanted"], longest=LONGEST, rows=6)
    found = TextAreaField(SECTIONS["found"], longest=LONGEST, rows=8)
    next = TextAreaField(SECTIONS["next"], longest=LONGEST, rows=4)
    limits = TextAreaField(SECTIONS["limits"], longest=LONGEST, rows=4)
    why = TextField("What did you change? (may stay empty)", longest=400)
    seen = HiddenField()

    def sections(self) -> dict[str, str]:
        """What was typed."""
        return {key: (self[key].data or "").replace("\r\n", "\n").strip() for key in SECTIONS}

    def began_from(self) -> int:
        """The version the page was opened with."""
        return seen_of(self.seen.data)


class Step(Form):
    """A step of the words: checked, published, made by rule again; or withdrawn, with the reason."""

    seen = HiddenField()
    reason = TextField("Why is it withdrawn?", longest=400)

    def began_from(self) -> int:
        """The version the page was opened with."""
        return seen_of(self.seen.data)


def seen_of(text: str | None) -> int:
    """The number of a version as a page sends it; one that is none fits no version."""
    return int(text) if text and text.isdecimal() and len(text) < 10 else -1


class ByLetter(Form):
    """Who gets a report by letter, and how often."""

    group = SelectField("Group", empty="Choose a group", required="Choose the group that gets it")
    every = RadiosField("How often?", [Choice(one.value, one.label) for one in Every], required="Choose how often")
    first = DateField(
        "First letter", called="the day of the first letter", required="Enter the day of the first letter"
    )

    def __init__(self, groups: Sequence[PartnershipGroup]) -> None:
        super().__init__()
        self.group.choices = [Choice(str(one.id), one.name) for one in groups]
