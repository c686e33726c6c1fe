"""On which days a session is copied, and what a series or bundle is called."""

from collections.abc import Iterable, Sequence
from datetime import date

from lms.catalogue.models import CourseSession, GroupKind, SessionGroup
from lms.forms import Choice, DateField, Form, NumberField, RadiosField, SelectField, TextAreaField, TextField
from lms.groups import rules
from lms.groups.rules import Every

KINDS = {
    GroupKind.SERIES: "A series: one course on several dates to choose from",
    GroupKind.BUNDLE: "A bundle: several courses of one event",
}


class CopyForm(Form):
    """Where the copies of a session go."""

    every = RadiosField(
        "How often",
        [Choice(one.value, one.label) for one in Every],
        required="Select how often",
        default=Every.ONCE.value,
    )
    first = DateField("First day", called="the first day", description="Not needed for days you write down.")
    times = NumberField(
        "How many dates", least=1, most=rules.MOST, default=6, description="Not needed where it is copied once."
    )
    days = TextAreaField(
        "Days I write down",
        longest=2000,
        rows=4,
        description="Only where you chose that above. One on each line, like 5 November 2024 or 5/11/2024.",
    )
    group = SelectField("Put the copies in (optional)", empty="No series or bundle")
    series = TextField("Or in a new series called (optional)", longest=200)

    def __init__(self, session: CourseSession, groups: Iterable[SessionGroup]) -> None:
        super().__init__(data={"group": session.group.key if session.group else ""})
        self.group.choices = [Choice(one.key, one.title) for one in groups]

    def wanted(self) -> Sequence[date]:
        """The days that were asked for. RuleBroken where a line is no day; empty, with the field marked, where one is missing."""
        every = Every(self.every.data)
        if every is Every.DAYS:
            return rules.read_days(self.days.data or "")
        if self.first.data is None:
            self.refuse("Enter the first day", "first")
            return []
        if every is not Every.ONCE and self.times.data is None:
            self.refuse("Enter how many dates", "times")
            return []
        return rules.days_of(self.first.data, every, self.times.data or 1)


class ChangeGroupForm(Form):
    """What a series or bundle is called."""

    title = TextField("Name", required="Enter a name", description="Such as “Safeguarding Week 2025”.")
    about = TextAreaField("What it is (optional)", longest=500, rows=3)


class GroupForm(ChangeGroupForm):
    """The same, of a new one, and which of the two it is."""

    kind = RadiosField(
        "Kind", [Choice(kind.value, words) for kind, words in KINDS.items()], required="Select what it is"
    )


class CopyGroupForm(ChangeGroupForm):
    """A whole bundle, in another week."""

    week_of = DateField(
        "A day of the week it is to be in",
        called="the day",
        required="Enter a day",
        description="Everything is moved by whole weeks, so a Tuesday stays a Tuesday.",
    )


class ConfirmForm(Form):
    """A button that does what the page says."""
