"""The forms of courses, levels and venues. Hints say in plain words what a field does."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from wtforms import fields, validators

from lms.catalogue.models import CountedBy, Course, CourseKind, Level, LevelScheme, Venue
from lms.catalogue.rules import MODES_OF_COURSES
from lms.courses import rules
from lms.courses.rules import Details, Refused
from lms.errors import RuleBroken
from lms.form_checks import needed
from lms.forms import (
    BooleanField,
    CheckboxesField,
    Choice,
    DateField,
    Form,
    NumberField,
    SelectField,
    TextAreaField,
    TextField,
)
from lms.organisations.models import Priority
from lms.widgets import Draw
from lms.working_days import Unit

COUNTED = {
    CountedBy.PEOPLE: "People: everybody who came, each once",
    CountedBy.SCHOOLS: "Schools: each school that hosted it, once",
    CountedBy.SESSIONS: "Sessions that were held",
    CountedBy.BOOKINGS: "Bookings, such as starts of e-learning",
    CountedBy.OTHER: "Something else, told apart from all others",
}


class HoursField(fields.FloatField):
    """A number of hours, as people write it: 3, 3.5, 3½, 1:30."""

    widget = Draw("input", type="text", inputmode="decimal", spellcheck=False, width=4, suffix="hours")

    def __init__(self, label: str, **kwargs: Any) -> None:
        limits = validators.NumberRange(0, 500, "Enter hours from 0 to 500")
        super().__init__(label, needed(None, [limits]), **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        if valuelist and valuelist[0].strip():
            try:
                self.data = rules.hours_of(valuelist[0])
            except ValueError:
                raise ValueError("Enter the hours as a number, like 3.5") from None

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{self.data:g}"


def _usual(column: str) -> Any:
    """What a course has where nobody says otherwise."""
    default = Course.__table__.c[column].default
    return default.arg if default is not None else None


class CourseForm(Form):
    """Everything an officer says of a course."""

    title = TextField("Title", required="Enter a title", description="As people will look for it.")
    code = TextField(
        "Code",
        required=rules.CODE,
        longest=12,
        description="A short name that letters and certificates carry, like NEG. It stays once there is a session.",
        render_kw={"width": 10, "spellcheck": "false"},
    )
    kind = SelectField(
        "Kind",
        [Choice(kind.value, kind.label) for kind in CourseKind],
        required="Select a kind",
        empty="Select a kind",
    )
    aim = TextAreaField(
        "Aim", required="Enter the aim", longest=1000, rows=3, description="What it is there for, in a sentence or two."
    )
    outcomes = TextAreaField(
        "What people will be able to do afterwards (optional)",
        longest=5000,
        rows=6,
        description="One on each line, each beginning with a verb: “Say what neglect is”.",
    )
    modes = CheckboxesField(
        "How it is held",
        [Choice(mode, words[:1].upper() + words[1:]) for mode, words in MODES_OF_COURSES.items()],
        required="Select how it is held",
    )
    tags = TextField(
        "Other words people search for (optional)",
        longest=300,
        description="With commas between. For what is neither in the title nor in the aim.",
    )
    counted_by = SelectField(
        "What reports count",
        [Choice(one.value, words) for one, words in COUNTED.items()],
        required="Select what reports count",
        default=CountedBy.PEOPLE.value,
        description="Figures of different kinds are never added together.",
    )

    audience = TextField(
        "Who should come",
        required="Enter for whom it is",
        longest=300,
        description="In the words people use of themselves: “Anyone who works with children”.",
    )
    levels = CheckboxesField("Levels (optional)", description="The levels that hold today.")

    hours = HoursField("Hours of learning in all (optional)", description="Like 3.5 or 3½.")
    participatory_hours = HoursField(
        "Of these, participatory (optional)",
        description="With other people, in a room or live online. The rest is read, watched or done alone.",
    )
    refresh_months = NumberField(
        "To be refreshed after (optional)",
        least=1,
        most=240,
        description="Leave this empty if once is enough.",
        render_kw={"suffix": "months"},
    )
    prerequisites = CheckboxesField(
        "What comes first (optional)",
        description="People are told before they book, and tick if they have learned it somewhere else.",
    )
    priorities = CheckboxesField("Priorities of the delivery plan it serves (optional)")

    needs_approval = BooleanField("The line manager has to approve each place")
    approval_days = NumberField(
        "Time for the manager to answer",
        required="Enter how many working days the manager has",
        least=1,
        most=30,
        default=_usual("approval_days"),
        description="They answer by a link that needs no account. Only used where they have to approve.",
        render_kw={"suffix": "working days", "width": 3},
    )
    tells_manager = BooleanField("Tell the line manager who is coming, and who did not come")
    cancel_amount = NumberField(
        "Notice for cancelling freely",
        required="Enter how much notice is needed, or 0 for none",
        most=365,
        default=_usual("cancel_amount"),
        description="With less notice people can no longer cancel by themselves; a colleague can still take the place. "
        "The day of cancelling and the day of the session do not count.",
        render_kw={"width": 3},
    )
    cancel_unit = SelectField(
        "Notice is counted in",
        [Choice(unit.value, unit.label) for unit in Unit],
        required="Select what notice is counted in",
        default=_usual("cancel_unit").value,
    )
    automatic_days = NumberField(
        "The waiting list moves by itself until",
        required="Enter until when the waiting list moves by itself",
        most=60,
        default=_usual("automatic_days"),
        description="After that a free place is offered to the next person, who takes it or turns it down.",
        render_kw={"suffix": "working days before", "width": 3},
    )
    offer_hours = NumberField(
        "An offer can be taken for",
        required="Enter how long an offer can be taken",
        least=1,
        most=336,
        default=_usual("offer_hours"),
        description="Then it goes to the next person.",
        render_kw={"suffix": "hours", "width": 3},
    )
    stops_hours = NumberField(
        "The waiting list stops",
        required="Enter when the waiting list stops",
        most=336,
        default=_usual("stops_hours"),
        description="Nobody is called in so late that they could not come.",
        render_kw={"suffix": "hours before", "width": 3},
    )
    reminder_days = TextField(
        "Reminders (optional)",
        longest=40,
        default="14, 5",
        description="So many days before, with commas between. Leave this empty for none.",
        render_kw={"suffix": "days before", "width": 10},
    )
    joining_days = NumberField(
        "Joining instructions",
        required="Enter when the joining instructions go out",
        most=90,
        default=_usual("joining_days"),
        description="Where, when, what to bring, and the link where it is online.",
        render_kw={"suffix": "days before", "width": 3},
    )

    minimum_share = NumberField(
        "Online: the least share of the time that counts as attended", least=1, most=100, default=_usual("minimum_share"),
        required="Enter a share from 1 to 100 per cent", render_kw={"suffix": "per cent", "width": 3},
        description="For the report of a meeting. Less than that is attended in part.",
    )  # fmt: skip
    complete_within_days = NumberField(
        "E-learning: to be finished within (optional)",
        least=1,
        most=730,
        description="Counted from booking. Leave this empty if there is no end.",
        render_kw={"suffix": "days", "width": 4},
    )
    provided_by = TextField(
        "Whose course it is (optional)",
        longest=120,
        description="Leave this empty for the partnership’s own. Write a name, or “voluntary organisation”.",
    )
    booking_url = TextField(
        "Where it is booked (optional)",
        longest=500,
        description="Only for a course of another organisation: the address of its own page, from https:// on.",
        render_kw={"type": "url", "spellcheck": "false"},
    )
    content_note = TextAreaField(
        "Hard topics (optional)",
        longest=500,
        rows=3,
        description="What comes up that may be hard for some, and where to get support. People read it before they book.",
    )

    #: The fields most courses leave as they are.
    BOOKING = (
        "needs_approval", "approval_days", "tells_manager", "cancel_amount", "cancel_unit", "automatic_days", "offer_hours",
        "stops_hours", "reminder_days", "joining_days", "minimum_share",
    )  # fmt: skip
    ELSEWHERE = ("complete_within_days", "provided_by", "booking_url")

    def __init__(
        self,
        *,
        levels: Sequence[tuple[LevelScheme, Sequence[Level]]],
        courses: Iterable[Course],
        priorities: Iterable[Priority],
        course: Course | None = None,
    ) -> None:
        super().__init__(data=_as_typed(course) if course else None)
        #: The levels to choose from, by scheme: (its name, the values).
        self.schemes = [(scheme.name, [str(level.id) for level in found]) for scheme, found in levels]
        self.levels.choices = [Choice(str(level.id), level.name, level.about) for _, found in levels for level in found]
        self.prerequisites.choices = [Choice(str(one.id), f"{one.title} ({one.code})") for one in courses]
        self.priorities.choices = [Choice(str(one.id), one.name) for one in priorities]
        for name in ("levels", "prerequisites", "priorities"):
            if not self[name].choices:
                del self[name]

    def validate(self, extra_validators: Any = None) -> bool:
        """Each field, and then whether they fit together."""
        if not super().validate(extra_validators):
            return False
        try:
            found = rules.faults(self.said())
        except Refused as no:
            found = [(no.field or "", str(no))]
        for name, sentence in found:
            self.refuse(sentence, name)
        return not found

    def said(self) -> Details:
        """What was typed, as values. Refused where a list cannot be read."""
        return Details(
            title=self.title.data or "",
            kind=CourseKind(self.kind.data),
            aim=self.aim.data or "",
            outcomes=rules.outcomes_of(self.outcomes.data or ""),
            audience=self.audience.data or "",
            modes=[mode for mode in MODES_OF_COURSES if mode in (self.modes.data or ())],
            tags=rules.tags_of(self.tags.data or ""),
            counted_by=CountedBy(self.counted_by.data),
            level_ids=self._ids("levels"),
            hours=self.hours.data,
            participatory_hours=self.participatory_hours.data,
            refresh_months=self.refresh_months.data,
            prerequisite_ids=self._ids("prerequisites"),
            priority_ids=self._ids("priorities"),
            needs_approval=bool(self.needs_approval.data),
            approval_days=self.approval_days.data or 0,
            cancel_amount=self.cancel_amount.data or 0,
            cancel_unit=Unit(self.cancel_unit.data),
            automatic_days=self.automatic_days.data or 0,
            offer_hours=self.offer_hours.data or 0,
            stops_hours=self.stops_hours.data or 0,
            reminder_days=rules.reminder_days_of(self.reminder_days.data or ""),
            joining_days=self.joining_days.data or 0,
            tells_manager=bool(self.tells_manager.data),
            complete_within_days=self.complete_within_days.data,
            minimum_share=self.minimum_share.data or 0,
            provided_by=self.provided_by.data or rules.OURS,
            booking_url=self.booking_url.data or "",
            content_note=self.content_note.data or "",
        )

    def _ids(self, name: str) -> frozenset[int]:
        """The rows that were ticked; none where there is nothing to choose from."""
        return frozenset(int(one) for one in self[name].data or ()) if name in self else frozenset()

    def unusual(self, names: Iterable[str]) -> bool:
        """Is any of these fields wrong, or other than most courses have it?"""
        return any(self[name].errors or (self[name].data or None) != (self[name].default or None) for name in names)

    def give_back(self, refusal: RuleBroken) -> None:
        """Show what an operation refused, beside its field where it names one."""
        self.refuse(refusal)


def _as_typed(course: Course) -> dict[str, Any]:
    """A course as its form shows it."""
    plain = {name: getattr(course, name) for name in Details.__dataclass_fields__ if not name.endswith("_ids")}
    return plain | {
        "code": course.code,
        "kind": course.kind.value,
        "counted_by": course.counted_by.value,
        "cancel_unit": course.cancel_unit.value,
        "outcomes": "\n".join(course.outcomes),
        "tags": ", ".join(tag.replace("_", " ") for tag in course.tags),
        "reminder_days": ", ".join(str(day) for day in course.reminder_days),
        "provided_by": "" if course.provided_by == rules.OURS else course.provided_by,
        "levels": [str(one.id) for one in course.levels],
        "prerequisites": [str(one.id) for one in course.prerequisites],
        "priorities": [str(one.id) for one in course.priorities],
    }


class SchemeForm(Form):
    """A way of grading courses."""

    name = TextField(
        "Name",
        required="Enter a name",
        longest=120,
        description="One word or two that stand before its levels: “Health: Level 3”.",
    )
    source = TextField(
        "Source (optional)", longest=300, description="Who says so, in which edition, and where it can be read."
    )


class LevelForm(Form):
    """A level as it begins on a day."""

    name = TextField("Name", required="Enter a name", longest=120)
    about = TextField("For whom (optional)", longest=400, description="One line that helps people to choose.")
    valid_from = DateField(
        "First day", called="the first day", required="Enter the first day", description="It holds from this day on."
    )


class NewLevel(LevelForm):
    """A level that was not there before."""

    after = SelectField("Where it stands", empty="First", description="The order in which levels are listed.")

    def __init__(self, *, levels: Iterable[Level], today: date) -> None:
        found = list({level.key: level for level in levels}.values())
        super().__init__(data={"valid_from": today, "after": str(found[-1].id) if found else ""})
        self.after.choices = [Choice(str(level.id), f"After {level.name}") for level in found]


class RenameLevel(LevelForm):
    """What a level becomes on a day."""

    carry = BooleanField("Its courses have the new one from that day on", default=True)


class EndLevel(Form):
    """Nothing follows a level."""

    valid_until = DateField("Last day", called="the last day", required="Enter the last day")


class VenueForm(Form):
    """A place to learn in, and how to get in."""

    name = TextField(
        "Name", required="Enter a name", description="The building, and the room where it is always the same."
    )
    address = TextField("Address (optional)", longest=300, description="With the postcode, for maps.")
    access_notes = TextAreaField(
        "Getting in and getting on (optional)",
        longest=500,
        rows=4,
        description="Step-free from where? Parking, also for blue badges? Hearing loop, accessible toilet, quiet room, "
        "place to pray? Say also what there is not.",
    )

    def __init__(self, venue: Venue | None = None) -> None:
        super().__init__(obj=venue)
