"""What is typed about groups, their meetings and decisions."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import ClassVar

from evaluation.governance.models import Decision
from evaluation.governance.operations import When
from evaluation.governance.rules import split_references
from evaluation.improvement.screened import ScreenedForm
from lms.accounts.models import Person
from lms.dates import from_london, london
from lms.forms import (
    CheckboxesField,
    Choice,
    DateField,
    FilterForm,
    Form,
    RadiosField,
    SelectField,
    TextAreaField,
    TextField,
    TimeField,
)

#: Parts that have a name in every group; others can be typed.
PARTS = ("Chair", "Deputy chair", "Minutes", "Adviser")


class FindForm(FilterForm):
    """Who is to sit in a group."""

    q = TextField("Name, email address or organisation", longest=100)


class MemberForm(Form):
    """One of the people found, from a day on."""

    person = RadiosField("Who?", required="Select who is to sit in the group")
    part = TextField(
        "Part in the group", longest=80, description=f"Such as {PARTS[0]}, {PARTS[2]}. Leave it empty for a member."
    )
    since = DateField("From which day?", called="the first day", required="Enter the first day")

    def __init__(self, people: Sequence[Person], today: date) -> None:
        super().__init__(data={"since": today, "person": str(people[0].id) if len(people) == 1 else None})
        self.person.choices = [
            Choice(
                str(one.id), one.name, ". ".join(part for part in (one.job, one.organisation.name, one.email) if part)
            )
            for one in people
        ]


class EndForm(Form):
    """The last day of a membership."""

    until = DateField("What is the last day?", called="the last day", required="Enter the last day")


class PartForm(Form):
    """The part somebody has from today on."""

    part = TextField(
        "Part in the group", longest=80, description=f"Such as {PARTS[0]} or {PARTS[2]}. Leave it empty for a member."
    )


class WhenForm(ScreenedForm):
    """When and where a group meets."""

    on = DateField("Date", called="the date", required="Enter the date")
    starts = TimeField("From", required="Enter when it starts")
    ends = TimeField("Until", required="Enter when it ends")
    place = TextField("Place", longest=200, description="Leave it empty where the meeting is online only.")
    link = TextField("Link to join online", longest=500, description="A whole address that begins with https://")

    def when(self) -> When:
        """What was filled in."""
        day, starts, ends = self.on.data, self.starts.data, self.ends.data
        if day is None or starts is None or ends is None:
            raise ValueError("a form that was not validated has no times")
        return When(
            starts_at=from_london(day, starts.hour, starts.minute),
            ends_at=from_london(day, ends.hour, ends.minute),
            place=self.place.data or "",
            link=self.link.data or "",
        )


class PlanForm(WhenForm):
    """A new meeting."""

    reference = TextField("Reference", longest=40)

    def __init__(self, example: str, opened: Mapping[str, object]) -> None:
        super().__init__(data=dict(opened))
        self.reference.description = f"Minutes begin with it. Leave it empty for the usual one, like {example}."


class MoveForm(WhenForm):
    """Another time or place, and why."""

    screened: ClassVar[tuple[str, ...]] = ("why",)

    why = TextField("Why does it change?", longest=300, description="It stands in the letter to members.")


def opened_with(starts_at: datetime, ends_at: datetime, place: str, link: str) -> dict[str, object]:
    """What the form of a meeting that is there opens with."""
    return {
        "on": london(starts_at).date(),
        "starts": london(starts_at).time(),
        "ends": london(ends_at).time(),
        "place": place,
        "link": link,
    }


class CancelForm(ScreenedForm):
    """Why a meeting is not held."""

    screened: ClassVar[tuple[str, ...]] = ("why",)

    why = TextAreaField(
        "Why is it cancelled?", required="Enter the reason. It stands in the letter", longest=300, rows=3
    )


class HeldForm(Form):
    """Who was there, and who sent apologies."""

    present = CheckboxesField("Who was there?")
    apologies = CheckboxesField("Who sent apologies?")

    def __init__(self, people: Sequence[Person], present: Sequence[int], apologies: Sequence[int]) -> None:
        super().__init__(data={"present": [str(one) for one in present], "apologies": [str(one) for one in apologies]})
        choices = [Choice(str(one.id), one.name, one.organisation.name) for one in people]
        self.present.choices = self.apologies.choices = choices

    def chosen(self) -> tuple[set[int], set[int]]:
        """The ids of who was there and of who sent apologies."""
        return {int(one) for one in self.present.data or ()}, {int(one) for one in self.apologies.data or ()}


class MinutesForm(Form):
    """Where the agreed minutes are kept."""

    minutes = TextField(
        "Where are the minutes kept?",
        required="Enter where the minutes are kept",
        longest=500,
        description="A reference, or an address that begins with https://",
    )


class ItemForm(ScreenedForm):
    """One thing on an agenda."""

    screened: ClassVar[tuple[str, ...]] = ("title",)

    title = TextField("What is talked about?", required="Enter what is talked about", longest=200)
    about = TextField(
        "Reference",
        longest=40,
        description="Of a recommendation, action, proposal or priority, like LDA-014. May stay empty.",
    )


class DecisionForm(ScreenedForm):
    """A decision, as the minutes have it."""

    screened: ClassVar[tuple[str, ...]] = ("wording", "carried_out_by")

    reference = TextField("Minute reference", required="Enter the minute reference", longest=60)
    wording = TextAreaField("What was decided?", required="Enter what was decided", longest=2000, rows=4)
    decided_on = DateField("Decided on", called="the day it was decided", required="Enter the day it was decided")
    about = TextField(
        "What is it about?",
        longest=200,
        description="References of recommendations, actions, proposals or priorities, with commas, like LDA-014, P01.",
    )
    carried_out_by = TextField("Who carries it out?", longest=200, description="A person’s job, a group or an agency.")
    until = DateField("Until when?", called="the day until which it is done")
    replaces = SelectField("Does it correct an earlier decision?", empty="No, it is a new decision")

    def __init__(self, data: Mapping[str, object], earlier: Sequence[Decision]) -> None:
        super().__init__(data=dict(data))
        self.replaces.choices = [Choice(one.reference, f"{one.reference}: {one.wording[:80]}") for one in earlier]

    def references(self) -> list[str]:
        """What it is about."""
        return split_references(self.about.data or "")


class ConfirmForm(Form):
    """A button that does what the page says."""
